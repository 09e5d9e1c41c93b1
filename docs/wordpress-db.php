<?php
/*
 * wp-content/db.php: WordPress reads from DB_READ_HOST and writes to DB_HOST.
 *
 * In wp-config.php, on web servers that read from a replica or through the read port:
 *     define( 'DB_READ_HOST', '127.0.0.1:3307' );
 * Without it everything goes to DB_HOST. User, password and database are the same on both sides.
 */
class Split_wpdb extends wpdb {
	private $sides = array();
	private $side  = null;
	private $wrote = false;

	// The parent's constructor calls this. The primary is connected to when it is needed: pages are read while it is away.
	public function db_connect( $allow_bail = true ) {
		return $this->turn_to( 'read' ) || $this->turn_to( 'write', $allow_bail );
	}

	public function query( $query ) {
		if ( self::is_found_rows( $query ) ) {
			// Answered by the connection that the query before was sent to, and by no other.
			return parent::query( $query );
		}
		$this->wrote = $this->wrote || self::writes( $query );
		if ( $this->wrote || ! self::reads_pages( $query ) ) {
			// While the primary is away, what only reads is still answered.
			return $this->turn_to( 'write' ) || ( ! $this->wrote && $this->turn_to( 'read' ) ) ? parent::query( $query ) : $this->fail();
		}
		if ( ! $this->turn_to( 'read' ) ) {
			return $this->turn_to( 'write' ) ? parent::query( $query ) : $this->fail();
		}

		$were_suppressed = $this->suppress_errors();
		$result          = parent::query( $query );
		$this->suppress_errors( $were_suppressed );
		if ( false !== $result || ! $this->turn_to( 'write' ) ) {
			return $result;
		}
		// The read side went away, or does not know a table yet: the primary answers, and says what is wrong with a wrong query.
		return parent::query( $query );
	}

	// Called when a connection is gone. The read side is given up for this request, the primary is connected to again.
	public function check_connection( $allow_bail = true ) {
		$side = $this->side;
		unset( $this->sides[ $side ] );
		if ( 'read' === $side ) {
			$this->sides['read'] = null;
		}
		return $this->turn_to( 'write' ) || parent::check_connection( $allow_bail );
	}

	private function turn_to( $side, $allow_bail = false ) {
		if ( ! array_key_exists( $side, $this->sides ) ) {
			$this->sides[ $side ] = $this->connect_to( $side, $allow_bail );
		}
		if ( ! $this->sides[ $side ] ) {
			return false;
		}
		$this->side = $side;
		$this->dbh  = $this->sides[ $side ];
		return true;
	}

	private function connect_to( $side, $allow_bail ) {
		if ( 'read' === $side && ( ! defined( 'DB_READ_HOST' ) || ! DB_READ_HOST ) ) {
			return null;
		}
		list( $dbh, $dbhost ) = array( $this->dbh, $this->dbhost );
		$this->dbhost         = 'read' === $side ? DB_READ_HOST : $dbhost;
		$connected            = parent::db_connect( $allow_bail ) ? $this->dbh : null;
		list( $this->dbh, $this->dbhost ) = array( $dbh, $dbhost );
		return $connected;
	}

	private function fail() {
		$this->last_error = 'No database server answers.';
		$this->insert_id  = 0;
		return false;
	}

	private static function writes( $query ) {
		return ! preg_match( '/^[\s(]*(?:SELECT|SHOW|DESC|DESCRIBE|EXPLAIN|SET)\b/i', $query ) || self::locks( $query );
	}

	// Short-lived values ("transients") are read where they are written: on a replica that stands still they look expired for
	// ever, and every page would write them anew.
	private static function reads_pages( $query ) {
		return preg_match( '/^[\s(]*SELECT\b/i', $query ) && ! preg_match( '/\'_(?:site_)?transient_/', $query ) && ! self::locks( $query );
	}

	private static function locks( $query ) {
		return (bool) preg_match( '/\bFOR\s+UPDATE\b|\bLOCK\s+IN\s+SHARE\s+MODE\b|\b(?:GET|RELEASE)_LOCK\s*\(|\bINTO\s+(?:OUT|DUMP)FILE\b/i', $query );
	}

	private static function is_found_rows( $query ) {
		return (bool) preg_match( '/^\s*SELECT\s+FOUND_ROWS\s*\(/i', $query );
	}
}

$wpdb = new Split_wpdb( DB_USER, DB_PASSWORD, DB_NAME, DB_HOST );
