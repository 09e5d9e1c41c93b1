-- The account that ProxyGuard reads replication states with.
--
-- Create it on every node (on the primary is enough where accounts are replicated), with the section for your server.
-- SELECT VERSION(); tells which one that is. What it must have lets it see positions and states; it can read no row of yours and change nothing.
--
-- Replace the password, and 192.0.2.10 by the address ProxyGuard connects from. Prefer an address to '%'.
-- Afterwards `ProxyGuard.dll check --config FILE` says whether each node grants enough, and what is lost without the rest.
--
-- Needed on each node, whatever the server calls it:
--   SHOW REPLICA STATUS, SHOW SLAVE STATUS or SHOW ALL SLAVES STATUS     what a replica has executed, and why it stopped
--   SHOW BINARY LOG STATUS or SHOW MASTER STATUS                         how far the primary has written
--   SHOW BINARY LOGS                                                     how many bytes lie between the two
--   SELECT @@global.read_only, @@server_id; SHOW GLOBAL VARIABLES        need no privilege
--
-- Measured, each statement with each privilege alone: MySQL 5.6.24 and 9.7.4, MariaDB 10.5.23, 10.11.19 and 11.8.6.
-- The sections for other versions follow the manuals.
--
-- Every section is commented out. Remove the "-- " of one of the first four, and of the good-to-have ones you like.


-- ---- MySQL 5.0 to 9.x -------------------------------------------------------------------------------------------------
-- REPLICATION CLIENT covers all of them: measured on 5.6.24 and 9.7.4. Old releases refuse SHOW BINARY LOGS to it and ask for SUPER;
-- do not grant that. ProxyGuard does without: it then knows the queue in bytes only within the newest binlog file.
--
-- CREATE USER 'proxyguard'@'192.0.2.10' IDENTIFIED BY 'a long random password';
-- GRANT REPLICATION CLIENT ON *.* TO 'proxyguard'@'192.0.2.10';


-- ---- MariaDB before 10.5 ----------------------------------------------------------------------------------------------
-- As MySQL; from the manual, not measured.
--
-- CREATE USER 'proxyguard'@'192.0.2.10' IDENTIFIED BY 'a long random password';
-- GRANT REPLICATION CLIENT ON *.* TO 'proxyguard'@'192.0.2.10';


-- ---- MariaDB 10.5.2 to 10.5.8 -----------------------------------------------------------------------------------------
-- In these few releases SHOW SLAVE STATUS needs a privilege that can also stop replication. There is no smaller one:
-- upgrade to the latest 10.5 first if you can, and use the next section. From the manual, not measured.
--
-- CREATE USER 'proxyguard'@'192.0.2.10' IDENTIFIED BY 'a long random password';
-- GRANT BINLOG MONITOR, REPLICATION SLAVE ADMIN ON *.* TO 'proxyguard'@'192.0.2.10';


-- ---- MariaDB 10.5.9 and later -----------------------------------------------------------------------------------------
-- Measured on 10.5.23, 10.11.19 and 11.8.6: both are needed. REPLICATION CLIENT is only another name of BINLOG MONITOR here:
-- with it alone, SHOW SLAVE STATUS is refused with error 1227, and SLAVE MONITOR alone refuses SHOW MASTER STATUS and
-- SHOW BINARY LOGS.
--
-- CREATE USER 'proxyguard'@'192.0.2.10' IDENTIFIED BY 'a long random password';
-- GRANT BINLOG MONITOR, SLAVE MONITOR ON *.* TO 'proxyguard'@'192.0.2.10';


-- ---- Good to have: what an applier works on, and what writes wait for ------------------------------------------------
-- Without it a replica that scans a table without a key for every row only looks slow, and of a primary whose writes hang
-- (a backup's lock, a full disk) only counters tell, later and without a name. PROCESS shows the first hundred
-- characters of every running statement, members' data included: decide whether that is all right. There is no smaller
-- privilege that shows the replication threads (measured on all five: without it, none of them is seen).
--
-- GRANT PROCESS ON *.* TO 'proxyguard'@'192.0.2.10';


-- ---- Good to have: which row stopped the parallel appliers of MySQL 5.7 and later --------------------------------------
-- Since MySQL 8 they are the default, and SHOW REPLICA STATUS then only says that a worker failed. This table says why, with
-- table and key (measured on 9.7.4). It holds error texts and positions, no rows.
--
-- GRANT SELECT ON performance_schema.replication_applier_status_by_worker TO 'proxyguard'@'192.0.2.10';


-- ---- Good to have: sizes and keys of tables ---------------------------------------------------------------------------
-- How much a backup takes, which table has no key, and by which columns the row that stopped a replica is found.
-- information_schema shows only tables on which an account has a privilege. SHOW VIEW is the least harmful one that does
-- (measured on all five: tables, sizes and keys are seen, and no row can be read): it lets an account see how a view is
-- defined, and no more. SHOW DATABASES and LOCK TABLES are not enough, REFERENCES and TRIGGER would allow more. Replace photos by your database.
--
-- GRANT SHOW VIEW ON photos.* TO 'proxyguard'@'192.0.2.10';


-- ---- Only with ProxyGuard:Heartbeat:Table -----------------------------------------------------------------------------
-- The table that pt-heartbeat writes, and nothing else of its database (measured on all five).
--
-- GRANT SELECT ON percona.heartbeat TO 'proxyguard'@'192.0.2.10';
