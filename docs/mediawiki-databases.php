<?php
/*
 * MediaWiki reads from READ_FROM and writes to $wgDBserver. At the end of LocalSettings.php:
 *     require '/etc/mediawiki/databases.php';
 * READ_FROM is in the environment of PHP, such as 127.0.0.1:3307. Without it everything goes to $wgDBserver.
 */
if ( getenv( 'READ_FROM' ) ) {
	$wgDBservers = [];
	foreach ( [ [ $wgDBserver, 0 ], [ getenv( 'READ_FROM' ), 1 ] ] as [ $host, $load ] ) {
		$wgDBservers[] = [
			'host' => $host,
			'load' => $load,
			'dbname' => $wgDBname,
			'user' => $wgDBuser,
			'password' => $wgDBpassword,
			'type' => $wgDBtype,
			'flags' => DBO_DEFAULT,
		];
	}
	// Whether the replicas follow is ProxyGuard's to judge. MediaWiki itself would go into a mode in which it stores nothing, not even
	// that somebody has logged in; and with its cache in the database its own look at the replicas ends in a circle.
	$wgLBFactoryConf['loadMonitorClass'] = 'LoadMonitorNull';
}

// Who may read from where after a write is ProxyGuard's to judge as well: MediaWiki would wait up to ten seconds for a replica that
// stands still.
$wgExtensionFunctions[] = static function () {
	MediaWiki\MediaWikiServices::getInstance()->getDBLoadBalancerFactory()->disableChronologyProtection();
};

// Without a cache, as its installer leaves it, MediaWiki stores its messages anew in every second in which it is read.
if ( $wgMainCacheType === CACHE_NONE ) {
	$wgMessageCacheType = CACHE_NONE;
}

// Otherwise each page that is read runs something that writes. Run maintenance/runJobs.php by cron instead.
$wgJobRunRate = 0;
