namespace ProxyGuard.Core.Tests.Diagnosis;

/// <summary>An error as somebody reports it, and what it means; null where only a person can tell.</summary>
/// <param name="Number">0 where the server gave none.</param>
public sealed record ReportedText(string Server, int Number, string Text, string? Code);

/// <summary>
/// Texts in the shapes that servers of all versions and languages write: our own instances of shapes, no report of anybody's. Each stands
/// for a kind.
/// </summary>
public static class ReportedTexts
{
    private const string Fatal = "Got fatal error 1236 from master when reading data from binary log: ";
    private const string Fatal8 = "Got fatal error 1236 from source when reading data from binary log: ";
    private const string End =
        ", Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's master log mysql-bin.000102, end_log_pos 4711";
    private const string Gone = " handler error HA_ERR_KEY_NOT_FOUND; the event's master log mysql-bin.000102, end_log_pos 4711";
    private const string OnInsert = " on query. Default database: 'photos'. Query: 'INSERT INTO comments (photo, body) VALUES (7, 'fine')'";

    public static IReadOnlyList<ReportedText> All { get; } =
    [
        // Rows that are there already: inserted, changed, by statement, by parallel appliers, before keys had names.
        new(
            "MySQL 5.6.24", 1062,
            "Could not execute Write_rows event on table photos.tags; Duplicate entry '91-sunset' for key 'PRIMARY'" + End,
            "sql-duplicate-key"),
        new(
            "MySQL 5.7.44", 1062,
            "Could not execute Write_rows event on table photos.members; Duplicate entry 'anna@example.org' for key 'email'" + End,
            "sql-duplicate-key"),
        new(
            "MariaDB 10.3.39", 1062,
            "Could not execute Write_rows_v1 event on table photos.likes; Duplicate entry '5-9' for key 'PRIMARY'" + End,
            "sql-duplicate-key"),
        new(
            "MariaDB 10.11.6", 1062,
            "Could not execute Write_rows_compressed_v1 event on table photos.likes; Duplicate entry '5-9' for key 'PRIMARY'" + End,
            "sql-duplicate-key"),
        new(
            "MySQL 5.7.44", 1062,
            "Could not execute Update_rows event on table photos.members; Duplicate entry 'anna' for key 'name'" + End,
            "sql-duplicate-key-update"),
        new(
            "MariaDB 10.5.23", 1062,
            "Could not execute Update_rows_v1 event on table photos.members; Duplicate entry 'anna' for key 'name'" + End,
            "sql-duplicate-key-update"),
        new(
            "MySQL 8.4.0", 1062,
            "Worker 3 failed executing transaction '1e0f1c6e-0000-11ee-8c99-0242ac120002:81' at source log binlog.000007, end_log_pos 901; Could not execute Update_rows event on table photos.members; Duplicate entry 'anna' for key 'members.name', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's source log binlog.000007, end_log_pos 901",
            "sql-duplicate-key-update"),
        new(
            "MySQL 8.0.36", 1062,
            "Worker 1 failed executing transaction 'ANONYMOUS' at source log binlog.000007, end_log_pos 901; Could not execute Write_rows event on table photos.tags; Duplicate entry '9' for key 'tags.PRIMARY', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's source log binlog.000007, end_log_pos 901",
            "sql-duplicate-key"),
        new(
            "MySQL 5.0.96", 1062,
            "Error 'Duplicate entry 'anna' for key 2' on query. Default database: 'photos'. Query: 'INSERT INTO members (id, name) VALUES (4, 'anna')'",
            "sql-duplicate-key-statement"),
        new(
            "MySQL 4.1.22", 1062,
            "Error 'Duplicate entry '88' for key 1' on query 'INSERT INTO members (id) VALUES (88)'. Default database: 'photos'",
            "sql-duplicate-key"),
        new(
            "MySQL 5.5.62", 1062,
            "Error 'Duplicate entry '88' for key 'PRIMARY'' on query. Default database: 'photos'. Query: 'INSERT INTO members (id, motto) VALUES (88, 'No space left on device')'",
            "sql-duplicate-key-statement"),
        new(
            "MySQL 5.7.44", 1062,
            "Coordinator stopped because there were error(s) in the worker(s). The most recent failure being: Worker 2 failed executing transaction 'ANONYMOUS' at master log mysql-bin.000003, end_log_pos 501. See error log and/or performance_schema.replication_applier_status_by_worker table for more details about this failure or others, if any.",
            "sql-duplicate-key"),
        new(
            "MySQL 5.6.24", 1062,
            "Could not execute Write_rows event on table photos.members; Duplicate entry 'The disk is full: error 28' for key 'name'" + End,
            "sql-duplicate-key"),
        new(
            "MySQL 5.6.24", 1022,
            "Could not execute Write_rows event on table photos.members; Can't write; duplicate key in table 'members', Error_code: 1022; handler error HA_ERR_FOUND_DUPP_KEY; the event's master log mysql-bin.000102, end_log_pos 4711",
            "sql-duplicate-key"),

        // The same in other languages.
        new(
            "MySQL 5.6.24", 1062,
            "Could not execute Write_rows event on table photos.tags; Doppelter Eintrag '91-sunset' für Schlüssel 'PRIMARY'" + End,
            "sql-duplicate-key"),
        new(
            "MySQL 5.5.62", 1062,
            "Error 'Doppelter Eintrag 'anna' für Schlüssel 'name'' on query. Default database: 'photos'. Query: 'INSERT INTO members (name) VALUES ('anna')'",
            "sql-duplicate-key-statement"),
        new(
            "MySQL 5.7.44", 1062,
            "Could not execute Update_rows event on table photos.members; Duplicata du champ 'anna' pour la clef 'name'" + End,
            "sql-duplicate-key-update"),
        new(
            "MariaDB 10.11.6", 1062,
            "Could not execute Write_rows_v1 event on table photos.tags; Entrada duplicada '91' para la clave 'PRIMARY'" + End,
            "sql-duplicate-key"),
        new(
            "MariaDB 10.5.23", 1062,
            "Could not execute Write_rows_v1 event on table photos.tags; Valore duplicato '91' per la chiave 'PRIMARY'" + End,
            "sql-duplicate-key"),
        new(
            "MySQL 8.0.36", 1062,
            "Could not execute Write_rows event on table photos.tags; Dubbele ingang '91' voor zoeksleutel 'tags.PRIMARY'" + End,
            "sql-duplicate-key"),
        new(
            "MySQL 5.7.44", 1062,
            "Could not execute Write_rows event on table photos.tags; Дублирующаяся запись '91' по ключу 'PRIMARY'" + End,
            "sql-duplicate-key"),
        new("MySQL 5.6.24", 1146, "Error executing row event: 'Tabelle 'photos.albums' existiert nicht'", "sql-table-missing"),
        new("MySQL 5.6.24", 1146, "Error executing row event: 'La table 'photos.albums' n'existe pas'", "sql-table-missing"),
        new(
            "MySQL 5.5.62", 1146,
            "Error 'Tabelle 'photos.albums' existiert nicht' on query. Default database: 'photos'. Query: 'INSERT INTO albums VALUES (1)'",
            "sql-table-missing"),
        new(
            "MySQL 5.6.24", 1032,
            "Could not execute Delete_rows event on table photos.tags; Kann Datensatz in 'tags' nicht finden, Error_code: 1032;" + Gone,
            "sql-row-not-found"),
        new(
            "MySQL 5.6.24", 1054,
            "Error 'Unbekanntes Tabellenfeld 'titel' in field list' on query. Default database: 'photos'. Query: 'UPDATE albums SET titel = 1'",
            "sql-schema-differs"),
        new(
            "MySQL 5.6.24", 1205,
            "Beim Warten auf eine Sperre wurde die zulässige Wartezeit überschritten. Bitte versuchen Sie, die Transaktion neu zu starten",
            "sql-lock-timeout"),
        new(
            "MySQL 5.6.24", 1030,
            "Error 'Fehler 28 (Speicher-Engine)' on query. Default database: 'photos'. Query: 'ALTER TABLE tags ADD KEY (name)'",
            "disk-full"),
        new(
            "MySQL 5.6.24", 1452,
            "Could not execute Write_rows event on table photos.comments; Kann Kind-Zeile nicht hinzufügen oder aktualisieren: eine Fremdschlüsselbedingung schlägt fehl (`photos`.`comments`, CONSTRAINT `comments_photo` FOREIGN KEY (`photo`) REFERENCES `photos` (`id`) ON DELETE CASCADE), Error_code: 1452; handler error HA_ERR_NO_REFERENCED_ROW; the event's master log mysql-bin.000102, end_log_pos 4711",
            "sql-parent-missing"),
        new(
            "MySQL 5.6.24", 1045,
            "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 2 message: Benutzer 'repl'@'db2' hat keine Zugriffsberechtigung (verwendetes Passwort: JA)",
            "replication-access-denied"),
        new(
            "MySQL 5.6.24", 1305,
            "Error 'FUNCTION photos.slug existiert nicht' on query. Default database: 'photos'. Query: 'INSERT INTO albums (slug) VALUES (slug('Sea'))'",
            "sql-routine-missing"),

        // Rows that are not there, foreign keys.
        new(
            "MySQL 5.7.44", 1032,
            "Could not execute Update_rows event on table photos.tags; Can't find record in 'tags', Error_code: 1032;" + Gone,
            "sql-row-not-found"),
        new(
            "MariaDB 10.11.6", 1032,
            "Could not execute Delete_rows_v1 event on table photos.tags; Can't find record in 'tags', Error_code: 1032;" + Gone,
            "sql-row-not-found"),
        new(
            "MySQL 8.4.0", 1032,
            "Coordinator stopped because there were error(s) in the worker(s). The most recent failure being: Worker 1 failed executing transaction '1e0f1c6e-0000-11ee-8c99-0242ac120002:81' at source log binlog.000007, end_log_pos 901. See error log and/or performance_schema.replication_applier_status_by_worker table for more details about this failure or others, if any.",
            "sql-row-not-found"),
        new(
            "MySQL 5.7.44", 1452,
            "Could not execute Write_rows event on table photos.comments; Cannot add or update a child row: a foreign key constraint fails (`photos`.`comments`, CONSTRAINT `comments_photo` FOREIGN KEY (`photo`) REFERENCES `photos` (`id`)), Error_code: 1452; handler error HA_ERR_NO_REFERENCED_ROW; the event's master log mysql-bin.000102, end_log_pos 4711",
            "sql-parent-missing"),
        new(
            "MariaDB 10.5.23", 1452,
            "Error 'Cannot add or update a child row: a foreign key constraint fails (`photos`.`comments`, CONSTRAINT `comments_photo` FOREIGN KEY (`photo`) REFERENCES `photos` (`id`))'" + OnInsert,
            "sql-parent-missing"),
        new(
            "MySQL 5.7.44", 1451,
            "Could not execute Delete_rows event on table photos.photos; Cannot delete or update a parent row: a foreign key constraint fails (`photos`.`comments`, CONSTRAINT `comments_photo` FOREIGN KEY (`photo`) REFERENCES `photos` (`id`)), Error_code: 1451; handler error HA_ERR_ROW_IS_REFERENCED; the event's master log mysql-bin.000102, end_log_pos 4711",
            "sql-foreign-key"),
        new(
            "MySQL 5.5.62", 1217,
            "Error 'Cannot delete or update a parent row: a foreign key constraint fails' on query. Default database: 'photos'. Query: 'DROP TABLE albums'",
            "sql-foreign-key"),

        // What is missing, and what is there already.
        new("MySQL 5.7.44", 1146, "Error executing row event: 'Table 'photos.albums' doesn't exist'", "sql-table-missing"),
        new(
            "MySQL 5.7.44", 1146,
            "Coordinator stopped because there were error(s) in the worker(s). The most recent failure being: Worker 1 failed executing transaction 'ANONYMOUS' at master log bin.000003, end_log_pos 503. See error log and/or performance_schema.replication_applier_status_by_worker table for more details about this failure or others, if any.",
            "sql-table-missing"),
        new(
            "MariaDB 10.11.6", 1146,
            "Error 'Table 'photos.albums' doesn't exist' on query. Default database: 'photos'. Query: 'ALTER TABLE albums ADD COLUMN cover INT'",
            "sql-table-missing"),
        new(
            "MySQL 5.7.44", 1049,
            "Error 'Unknown database 'forum'' on query. Default database: 'forum'. Query: 'CREATE TABLE topics (id INT)'",
            "sql-table-missing"),
        new(
            "MySQL 5.7.44", 1054,
            "Error 'Unknown column 'title' in 'field list'' on query. Default database: 'photos'. Query: 'INSERT INTO albums (title) VALUES ('x')'",
            "sql-schema-differs"),
        new(
            "MySQL 8.0.36", 13146,
            "Column 4 of table 'photos.albums' cannot be converted from type 'varchar(765(bytes))' to type 'varchar(300(bytes) utf8mb4)'",
            "sql-schema-differs"),
        new(
            "MySQL 5.6.24", 1677, "Column 1 of table 'photos.albums' cannot be converted from type 'bigint' to type 'int(11)'",
            "sql-schema-differs"),
        new(
            "MySQL 5.1.73", 1535,
            "Table definition on master and slave does not match: Column 3 type mismatch - received type 3, photos.albums has type 8",
            "sql-schema-differs"),
        new(
            "MySQL 5.5.62", 1136,
            "Error 'Column count doesn't match value count at row 1' on query. Default database: 'photos'. Query: 'INSERT INTO albums VALUES (1, 2)'",
            "sql-schema-differs"),
        new(
            "MySQL 5.7.44", 1050,
            "Error 'Table 'albums' already exists' on query. Default database: 'photos'. Query: 'CREATE TABLE albums (id INT)'",
            "sql-already-so"),
        new(
            "MySQL 5.7.44", 1050,
            "Error 'Table 'best' already exists' on query. Default database: 'photos'. Query: 'CREATE TABLE best SELECT * FROM albums WHERE likes > 10'",
            null),
        new(
            "MySQL 5.7.44", 1051,
            "Error 'Unknown table 'photos.albums'' on query. Default database: 'photos'. Query: 'DROP TABLE `albums` /* generated by server */'",
            "sql-already-so"),
        new(
            "MySQL 8.0.36", 1060,
            "Error 'Duplicate column name 'cover'' on query. Default database: 'photos'. Query: 'ALTER TABLE albums ADD COLUMN cover INT'",
            "sql-already-so"),
        new(
            "MariaDB 10.5.23", 1061,
            "Error 'Duplicate key name 'by_name'' on query. Default database: 'photos'. Query: 'CREATE INDEX by_name ON albums (name)'",
            "sql-already-so"),
        new(
            "MariaDB 10.11.6", 1091,
            "Error 'Can't DROP COLUMN `cover`; check that it exists' on query. Default database: 'photos'. Query: '/* migration 12 */ ALTER TABLE albums DROP COLUMN cover'",
            "sql-already-so"),
        new(
            "MySQL 5.7.44", 1007,
            "Error 'Can't create database 'forum'; database exists' on query. Default database: 'forum'. Query: 'CREATE DATABASE forum'",
            "sql-already-so"),
        new(
            "MySQL 5.7.44", 1008,
            "Error 'Can't drop database 'forum'; database doesn't exist' on query. Default database: ''. Query: 'drop database forum'",
            "sql-already-so"),
        new(
            "MySQL 5.7.44", 1304,
            "Error 'FUNCTION slug already exists' on query. Default database: 'photos'. Query: 'CREATE DEFINER=`root`@`localhost` FUNCTION slug() RETURNS INT RETURN 1'",
            "sql-already-so"),
        new(
            "MySQL 5.7.44", 1305,
            "Error 'PROCEDURE photos.tidy does not exist' on query. Default database: 'photos'. Query: 'DROP PROCEDURE tidy'",
            "sql-already-so"),
        new(
            "MySQL 5.7.44", 1305,
            "Error 'FUNCTION photos.slug does not exist' on query. Default database: 'photos'. Query: 'INSERT INTO albums (slug) VALUES (slug('Sea'))'",
            "sql-routine-missing"),
        new(
            "MariaDB 10.11.6", 1305,
            "Error 'FUNCTION photos.score does not exist' on query. Default database: 'photos'. Query: 'UPDATE albums SET score = score(id)'",
            "sql-routine-missing"),
        new(
            "MySQL 5.7.44", 1305,
            "Error 'SAVEPOINT before_tags does not exist' on query. Default database: 'photos'. Query: 'ROLLBACK TO `before_tags`'", null),
        new(
            "MySQL 5.7.44", 1396,
            "Error 'Operation ALTER USER failed for 'anna'@'%'' on query. Default database: ''. Query: 'ALTER USER 'anna'@'%' IDENTIFIED WITH 'mysql_native_password' AS '*0''",
            "sql-account-missing"),
        new(
            "MySQL 8.4.0", 1396,
            "Error 'Operation CREATE USER failed for 'anna'@'%'' on query. Default database: ''. Query: 'CREATE USER 'anna'@'%' IDENTIFIED WITH 'caching_sha2_password' AS ''",
            "sql-already-so"),
        new(
            "MariaDB 10.5.23", 1396,
            "Error 'Operation DROP USER failed for 'anna'@'%'' on query. Default database: ''. Query: 'DROP USER 'anna'@'%''",
            "sql-already-so"),
        new(
            "MySQL 5.6.24", 1133,
            "Error 'Can't find any matching row in the user table' on query. Default database: ''. Query: 'SET PASSWORD FOR 'anna'@'%'='*0''",
            "sql-account-missing"),
        new(
            "MySQL 8.0.36", 1410,
            "Error 'You are not allowed to create a user with GRANT' on query. Default database: ''. Query: 'GRANT SELECT ON photos.* TO 'anna'@'%''",
            "sql-account-missing"),
        new(
            "MySQL 5.7.44", 1141,
            "Error 'There is no such grant defined for user 'anna' on host '%'' on query. Default database: ''. Query: 'REVOKE ALL ON photos.* FROM 'anna'@'%''",
            "sql-already-so"),
        new("MySQL 5.7.44", 1449, "Error 'The user specified as a definer ('anna'@'%') does not exist'" + OnInsert, "sql-account-missing"),
        new(
            "MySQL 5.7.44", 1406,
            "Could not execute Write_rows event on table photos.albums; Data too long for column 'title' at row 1, Error_code: 1406; the event's master log mysql-bin.000102, end_log_pos 4711",
            "sql-value-refused"),
        new(
            "MySQL 5.7.44", 1366, "Error 'Incorrect string value: '\\xF0\\x9F\\x93\\xB7' for column 'body' at row 1'" + OnInsert,
            "sql-value-refused"),
        new(
            "MySQL 5.7.44", 1366, "Error 'Incorrect integer value: 'disk is full, Errcode: 28' for column 'n' at row 1'" + OnInsert,
            "sql-value-refused"),
        new(
            "MySQL 5.7.44", 1292, "Error 'Incorrect datetime value: '0000-00-00' for column 'taken' at row 1'" + OnInsert,
            "sql-value-refused"),

        // Errors without a number, and those that belong to the source as well.
        new(
            "MySQL 5.5.62", 0,
            "Query caused different errors on master and slave.     Error on master: message (format)='Duplicate entry '%-.192s' for key %d' error code=1062 ; Error on slave: actual message='no error', error code=0. Default database: 'photos'. Query: 'INSERT INTO tags SELECT * FROM new_tags'",
            "sql-errors-differ"),
        new(
            "MySQL 5.7.44", 0,
            "Query caused different errors on master and slave. Error on master: message (format)='Unknown column' error code=1054 ; Error on slave: actual message='no error', error code=0. Default database: 'photos'. Query: 'UPDATE tags SET n = 1'",
            "sql-errors-differ"),
        new(
            "MariaDB 10.3.39", 3128,
            "Query caused different errors on master and slave.     Error on master: message (format)='Duplicate entry' error code=1062 ; Error on slave: actual message='no error', error code=0. Default database: 'photos'. Query: 'INSERT INTO tags VALUES (1)'",
            "sql-errors-differ"),
        new(
            "MySQL 5.1.73", 1317,
            "Query partially completed on the master (error on master: 1317) and was aborted. There is a chance that your master is inconsistent at this point. If you are sure that your master is ok, run this query manually on the slave and then restart the slave. Query: 'UPDATE tags SET n = n + 1'",
            "sql-errors-differ"),
        new(
            "MySQL 8.0.36", 3001,
            "Query partially completed on the source (error on source: 1317) and was aborted. There is a chance that your source is inconsistent at this point. Query: 'DELETE FROM tags'",
            "sql-errors-differ"),
        new(
            "MySQL 5.7.44", 1007,
            "Error 'Can't create database 'forum'; database exists' on query. Default database: 'forum'. Query: 'CREATE SCHEMA `forum`'",
            "sql-already-so"),
        new("MySQL 5.7.44", 0, "Something that nobody has seen yet", null),

        // Disks, tables, limits, privileges, interruptions.
        new("MySQL 5.5.62", 1030, "Error 'Got error 28 from storage engine'" + OnInsert, "disk-full"),
        new(
            "MariaDB 10.11.6", 1030,
            "Could not execute Write_rows_v1 event on table photos.tags; Got error 28 \"No space left on device\" from storage engine InnoDB, Error_code: 1030; the event's master log mysql-bin.000102, end_log_pos 4711",
            "disk-full"),
        new(
            "MySQL 5.6.24", 3, "Error 'Error writing file '/var/lib/mysql/tmp/MLx1' (Errcode: 28 - No space left on device)'" + OnInsert,
            "disk-full"),
        new("MySQL 5.1.73", 3, "Error 'Error writing file '/tmp/MY1' (Errcode: 28)'" + OnInsert, "disk-full"),
        new("MySQL 5.7.44", 1026, "Error 'Error writing file 'tags.MYD' (errno: 28 \"No space left on device\")'" + OnInsert, "disk-full"),
        new(
            "MySQL 5.7.44", 1021, "Error 'Disk full (/tmp/#sql_1.MAI); waiting for someone to free some space... (errno: 28)'" + OnInsert,
            "disk-full"),
        new(
            "MySQL 5.7.44", 1114,
            "Could not execute Write_rows event on table photos.tags; The table 'tags' is full, Error_code: 1114; handler error HA_ERR_RECORD_FILE_FULL; the event's master log mysql-bin.000102, end_log_pos 4711",
            "disk-full"),
        new("MySQL 5.6.24", 1595, "Relay log write failure: could not queue event from master", "disk-full"),
        new("MySQL 5.5.62", 1194, "Error 'Table 'sessions' is marked as crashed and should be repaired'" + OnInsert, "sql-table-damaged"),
        new(
            "MySQL 5.5.62", 145, "Error 'Table './photos/sessions' is marked as crashed and should be repaired'" + OnInsert,
            "sql-table-damaged"),
        new(
            "MySQL 5.5.62", 1034, "Error 'Incorrect key file for table './photos/sessions.MYI'; try to repair it'" + OnInsert,
            "sql-table-damaged"),
        new("MySQL 5.5.62", 126, "Error 'Incorrect key file for table '/tmp/#sql_1_0.MYI'; try to repair it'" + OnInsert, "disk-full"),
        new(
            "MySQL 5.7.44", 1197,
            "Multi-statement transaction required more than 'max_binlog_cache_size' bytes of storage; increase this mysqld variable and try again",
            "sql-limit-too-small"),
        new(
            "MySQL 5.7.44", 1864,
            "Cannot schedule event Update_rows, relay-log name ./relay.000012, position 84 to Worker thread because its size 26000000 exceeds 16777216 of slave_pending_jobs_size_max.",
            "sql-limit-too-small"),
        new(
            "MySQL 8.0.36", 1142,
            "Worker 1 failed executing transaction 'ANONYMOUS' at source log binlog.000007, end_log_pos 901; INSERT command denied to user 'applier'@'localhost' for table 'tags', Error_code: MY-001142",
            "sql-grant-missing"),
        new(
            "MySQL 8.0.36", 1227,
            "Error 'Access denied; you need (at least one of) the SUPER or SET_USER_ID privilege(s) for this operation' on query. Default database: 'photos'. Query: 'CREATE DEFINER=`root`@`%` VIEW v AS SELECT 1'",
            "sql-grant-missing"),
        new("MySQL 5.7.44", 1317, "Error 'Query execution was interrupted'" + OnInsert, "sql-interrupted"),
        new("MariaDB 10.5.23", 1969, "Error 'Query execution was interrupted (max_statement_time exceeded)'" + OnInsert, "sql-interrupted"),
        new("MariaDB 10.5.23", 1927, "Error 'Connection was killed'" + OnInsert, "sql-interrupted"),
        new(
            "MySQL 5.7.44", 1205,
            "Slave SQL thread retried transaction 10 time(s) in vain, giving up. Consider raising the value of the slave_transaction_retries variable.",
            "sql-lock-timeout"),
        new(
            "MySQL 5.7.44", 1213, "Error 'Deadlock found when trying to get lock; try restarting transaction'" + OnInsert,
            "sql-lock-timeout"),
        new(
            "MySQL 5.6.24", 1666,
            "Error executing row event: 'Cannot execute statement: impossible to write to binary log since statement is in row format and BINLOG_FORMAT = STATEMENT.'",
            "sql-binlog-format-refused"),
        new(
            "MySQL 5.5.62", 1193,
            "Error 'Unknown system variable 'explicit_defaults_for_timestamp'' on query. Default database: 'photos'. Query: 'BEGIN'",
            "sql-source-too-new"),
        new(
            "MySQL 5.7.44", 1273,
            "Error 'Unknown collation: 'utf8mb4_0900_ai_ci'' on query. Default database: 'photos'. Query: 'CREATE TABLE t (id INT)'",
            "sql-source-too-new"),
        new(
            "MySQL 8.4.0", 1524,
            "Error 'Plugin 'mysql_native_password' is not loaded' on query. Default database: ''. Query: 'CREATE USER 'anna'@'%' IDENTIFIED WITH 'mysql_native_password''",
            "sql-source-too-new"),
        new(
            "MySQL 5.7.44", 1756,
            "The slave coordinator and worker threads are stopped, possibly leaving data in inconsistent state. A restart should restore consistency automatically.",
            "sql-workers-stopped"),
        new(
            "MariaDB 10.11.6", 1950,
            "Error: An attempt was made to binlog GTID 0-1-81 which would create an out-of-order sequence number with existing GTID 0-2-90, and gtid strict mode is enabled.",
            "gtid-out-of-order"),
        new(
            "MySQL 5.7.44", 1837,
            "Error 'When @@SESSION.GTID_NEXT is set to a GTID, you must explicitly set it to a different value after a COMMIT or ROLLBACK.' on query. Default database: 'photos'. Query: 'BEGIN'",
            "gtid-mode-differs"),

        // Relay logs.
        new(
            "MySQL 5.6.24", 1594,
            "Relay log read failure: Could not parse relay log event entry. The possible reasons are: the master's binary log is corrupted, the slave's relay log is corrupted, a network problem, or a bug.",
            "relay-log-damaged"),
        new(
            "MySQL 8.4.0", 13121,
            "Relay log read failure: Could not parse relay log event entry. The possible reasons are: the source's binary log is corrupted, the replica's relay log is corrupted.",
            "relay-log-damaged"),
        new(
            "MySQL 5.1.73", 1201, "Could not initialize master info structure; more error messages can be found in the MySQL error log",
            "relay-log-lost"),
        new(
            "MariaDB 10.11.6", 1201,
            "Could not initialize master info structure for ''; more error messages can be found in the MariaDB error log",
            "relay-log-lost"),
        new("MySQL 5.7.44", 1872, "Slave failed to initialize relay log info structure from the repository", "relay-log-lost"),
        new("MySQL 8.4.0", 13124, "Replica failed to initialize applier metadata structure from the repository", "relay-log-lost"),

        // The source's binlog: one number, many causes.
        new("MySQL 5.6.24", 1236, Fatal + "'Could not find first log file name in binary log index file'", "source-log-purged"),
        new(
            "MySQL 5.7.44", 1236,
            Fatal + "'The slave is connecting using CHANGE MASTER TO MASTER_AUTO_POSITION = 1, but the master has purged binary logs containing GTIDs that the slave requires.'",
            "source-log-purged"),
        new(
            "MySQL 8.0.36", 13114,
            Fatal8 + "'Cannot replicate because the source purged required binary logs. Replicate the missing transactions from elsewhere, or provision a new replica from backup.'",
            "source-log-purged"),
        new(
            "MariaDB 10.5.23", 1236,
            Fatal + "'Could not find GTID state requested by slave in any binlog files. Probably the slave state is too old and required binlog files have been purged.'",
            "source-log-purged"),
        new(
            "MySQL 5.7.44", 1236,
            Fatal + "'could not find next log; the first event 'bin.000008' at 4, the last event read from './bin.000009' at 120.'",
            "source-log-purged"),
        new(
            "MySQL 5.6.24", 1236,
            Fatal + "'Client requested master to start replication from impossible position; the first event 'bin.000680' at 98000, the last event read from './bin.000680' at 4.'",
            "position-impossible"),
        new(
            "MySQL 5.7.44", 1236, Fatal + "'Client requested master to start replication from position > file size'",
            "position-impossible"),
        new(
            "MySQL 5.5.62", 1236, Fatal + "'log event entry exceeded max_allowed_packet; Increase max_allowed_packet on master'",
            "packet-too-large"),
        new(
            "MySQL 5.6.24", 1236,
            Fatal + "'binlog truncated in the middle of event; consider out of disk space on master; the first event 'bin.000002' at 4.'",
            "source-log-truncated"),
        new(
            "MySQL 5.7.44", 1236,
            Fatal + "'Slave has more GTIDs than the master has, using the master's SERVER_UUID. This may indicate that the end of the binary log was truncated or that the last binary log file was lost.'",
            "errant-gtid"),
        new(
            "MariaDB 10.11.6", 1236,
            Fatal + "'Error: connecting slave requested to start from GTID 0-10-848, which is not in the master's binlog'", "errant-gtid"),
        new(
            "MySQL 5.6.24", 1236,
            Fatal + "'A slave with the same server_uuid/server_id as this slave has connected to the master; the first event 'bin.000004' at 154.'",
            "same-replica-twice"),
        new(
            "MySQL 5.5.62", 1236,
            Fatal + "'Slave can not handle replication events with the checksum that master is configured to log; the first event 'bin.000009' at 4.'",
            "checksums-not-understood"),
        new(
            "MySQL 5.6.24", 1236, Fatal + "'event read from binlog did not pass crc check; the first event 'bin.000009' at 4.'",
            "source-log-damaged"),
        new("MySQL 5.6.24", 1236, Fatal + "'bogus data in log event; the first event 'bin.000009' at 4.'", "source-log-damaged"),
        new("MySQL 5.6.24", 1236, Fatal + "'Binary log is not open'", "source-not-set-up"),
        new("MySQL 5.5.62", 1236, Fatal + "'Misconfigured master - server id was not set'", "source-not-set-up"),
        new(
            "MySQL 5.7.44", 1236,
            Fatal + "'The replication sender thread cannot start in AUTO_POSITION mode: this server has GTID_MODE = OFF instead of ON.'",
            "gtid-mode-differs"),
        new("MySQL 5.6.24", 1236, Fatal + "'memory allocation failed reading log event'", null),
        new(
            "MySQL 5.5.62", 1236,
            "Schwerer Fehler 1236: 'Could not find first log file name in binary log index file' vom Master beim Lesen des Binärlogs",
            "source-log-purged"),
        new("MySQL 5.6.24", 1153, "Got a packet bigger than 'max_allowed_packet' bytes", "packet-too-large"),

        // Identity, account, network.
        new(
            "MySQL 5.6.24", 1593,
            "Fatal error: The slave I/O thread stops because master and slave have equal MySQL server ids; these ids must be different for replication to work",
            "same-server-id"),
        new(
            "MySQL 5.7.44", 1593,
            "Fatal error: The slave I/O thread stops because master and slave have equal MySQL server UUIDs; these UUIDs must be different for replication to work.",
            "same-server-uuid"),
        new(
            "MySQL 8.4.0", 13117,
            "Fatal error: The replica I/O thread stops because source and replica have equal MySQL server UUIDs; these UUIDs must be different for replication to work.",
            "same-server-uuid"),
        new(
            "MySQL 5.7.44", 1593,
            "Fatal error: The slave I/O thread stops because the master has @@GLOBAL.GTID_MODE = OFF and this server has @@GLOBAL.GTID_MODE = ON",
            "gtid-mode-differs"),
        new(
            "MySQL 5.7.44", 1593,
            "Fatal error: Invalid (empty) username when attempting to connect to the master server. Connection attempt terminated.",
            "replication-access-denied"),
        new(
            "MySQL 5.1.73", 1045, "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 86400",
            "replication-access-denied"),
        new(
            "MySQL 8.4.0", 1045,
            "Error connecting to source 'repl@db1:3306'. This was attempt 3/10, with a delay of 60 seconds between attempts. Message: Access denied for user 'repl'@'db2' (using password: YES)",
            "replication-access-denied"),
        new(
            "MySQL 5.7.44", 1130,
            "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 1 message: Host '10.0.0.2' is not allowed to connect to this MySQL server",
            "replication-access-denied"),
        new(
            "MySQL 8.0.36", 3118,
            "Error connecting to source 'repl@db1:3306'. This was attempt 1/86400, with a delay of 60 seconds between attempts. Message: Access denied for user 'repl'@'db2'. Account is locked.",
            "replication-access-denied"),
        new(
            "MySQL 8.0.36", 2061,
            "error connecting to master 'repl@db1:3306' - retry-time: 60 retries: 1 message: Authentication plugin 'caching_sha2_password' reported error: Authentication requires secure connection.",
            "replication-authentication-plugin"),
        new(
            "MySQL 5.6.24", 2049, "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 1",
            "replication-authentication-plugin"),
        new(
            "MariaDB 11.8.2", 2026,
            "error connecting to master 'repl@db1:3306' - retry-time: 60  maximum-retries: 100000  message: TLS/SSL error: self-signed certificate in certificate chain",
            "replication-tls"),
        new("MySQL 5.7.44", 2003, "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 1", "source-unreachable"),
        new(
            "MySQL 8.4.0", 2003,
            "Error reconnecting to source 'repl@db1:3306'. This was attempt 2/10, with a delay of 60 seconds between attempts. Message: Can't connect to MySQL server on 'db1:3306' (111)",
            "source-unreachable"),
        new(
            "MySQL 5.7.44", 2005,
            "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 1 message: Unknown MySQL server host 'db1' (22)",
            "source-unreachable"),
        new("MySQL 5.7.44", 2013, "error reconnecting to master 'repl@db1:3306' - retry-time: 60  retries: 2", "source-unreachable"),
        new(
            "MySQL 5.7.44", 1040, "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 1 message: Too many connections",
            "source-refuses-connections"),
        new(
            "MySQL 5.5.62", 1129,
            "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 1 message: Host 'db2' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'",
            "source-refuses-connections"),
        new(
            "MySQL 5.7.44", 1597,
            "Master command COM_REGISTER_SLAVE failed: Access denied for user 'repl'@'db2' (using password: YES) (Errno: 1045)",
            "replication-grant-missing"),
        new(
            "MySQL 5.6.24", 1597,
            "Master-Befehl COM_REGISTER_SLAVE fehlgeschlagen: Benutzer 'repl'@'db2' hat keine Zugriffsberechtigung (verwendetes Passwort: Ja) (Errno: 1045)",
            "replication-grant-missing"),
        new(
            "MySQL 5.7.44", 1227,
            "Got fatal error 1227 from master when reading data from binary log: 'Access denied; you need (at least one of) the REPLICATION SLAVE privilege(s) for this operation'",
            "replication-grant-missing"),

        // Told otherwise with certainty, once.
        new("MySQL 5.0.96", 1236, "binlog truncated in the middle of event", "source-log-truncated"),
        new(
            "MySQL 5.5.47", 1594,
            "Relay log read failure: Could not parse relay log event entry. The possible reasons are: the master's binary log is corrupted, the slave's relay log is corrupted, a network problem, or a bug in the master's or slave's MySQL code.",
            "relay-log-damaged"),
        new(
            "MySQL 8.0", 1782,
            "Worker 1 failed executing transaction 'NOT_YET_DETERMINED' at source log mysql-bin.000003, end_log_pos 276; Error '@@SESSION.GTID_NEXT cannot be set to ANONYMOUS when @@GLOBAL.GTID_MODE = ON.' on query. Default database: ''. Query: 'BEGIN'",
            "gtid-mode-differs"),
        new(
            "MariaDB 10.6", 1677, "Column 4 of table 'photos.albums' cannot be converted from type 'json' to type 'longtext'",
            "sql-schema-differs"),
        new(
            "MySQL 8.0.36", 13114,
            "Got fatal error 1236 from source when reading data from binary log: 'Cannot replicate because the source purged required binary logs. The GTID set sent by the replica is '00022738-1111-1111-1111-111111111111:1-370', and the missing transactions are '00022739-2222-2222-2222-222222222222:1-2''",
            "source-log-purged"),
        new(
            "MariaDB 10.5.23", 1213, "Deadlock found when trying to get lock; try restarting transaction, Gtid 0-11-100",
            "sql-lock-timeout"),
        new("MySQL 5.7.44", 1595, "Relay log write failure: could not queue event from master", "disk-full"),
        new(
            "MySQL 8.0.36", 1236,
            "Got fatal error 1236 from source when reading data from binary log: 'Cannot replicate anonymous transaction when AUTO_POSITION = 1, at file ./binlog.000002, position 157.'",
            "gtid-mode-differs"),
        new("MySQL 5.7.44", 1042, "error connecting to master 'repl@db1:3306' - retry-time: 60  retries: 1", "source-unreachable"),

        // Clusters.
        new(
            "MariaDB 10.11.6", 1047,
            "Error 'WSREP has not yet prepared node for application use' on query. Default database: 'photos'. Query: 'BEGIN'",
            "architecture-not-judged"),
        new(
            "MySQL 8.4.0", 3092,
            "The server is not configured properly to be an active member of the group. Please see more details on error log.",
            "architecture-not-judged"),
    ];
}
