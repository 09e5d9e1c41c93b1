-- The account that ProxyGuard reads replication states with.
--
-- Create it on every node (on the primary is enough where accounts are replicated), with the section for your server.
-- SELECT VERSION(); tells which one that is. It sees positions and states; it can read no row of yours and change nothing.
--
-- Replace the password, and 192.0.2.10 by the address ProxyGuard connects from. Prefer an address to '%'.
-- Afterwards `ProxyGuard.dll check --config FILE` says whether each node grants enough.
--
-- Needed on each node, whatever the server calls it:
--   SHOW REPLICA STATUS, SHOW SLAVE STATUS or SHOW ALL SLAVES STATUS     what a replica has executed, and why it stopped
--   SHOW BINARY LOG STATUS or SHOW MASTER STATUS                         how far the primary has written
--   SHOW BINARY LOGS                                                     how many bytes lie between the two
--   SELECT @@global.read_only, @@server_id, @@version                    needs no privilege
--
-- Every section is commented out. Remove the "-- " of one of them, and of one only.


-- ---- MySQL 5.6 to 9.x -------------------------------------------------------------------------------------------------
-- REPLICATION CLIENT covers all of them in every version.
--
-- CREATE USER 'proxyguard'@'192.0.2.10' IDENTIFIED BY 'a long random password';
-- GRANT REPLICATION CLIENT ON *.* TO 'proxyguard'@'192.0.2.10';


-- ---- MariaDB before 10.5 ----------------------------------------------------------------------------------------------
-- As MySQL.
--
-- CREATE USER 'proxyguard'@'192.0.2.10' IDENTIFIED BY 'a long random password';
-- GRANT REPLICATION CLIENT ON *.* TO 'proxyguard'@'192.0.2.10';


-- ---- MariaDB 10.5.2 to 10.5.8 -----------------------------------------------------------------------------------------
-- In these few releases SHOW SLAVE STATUS needs a privilege that can also stop replication. There is no smaller one:
-- upgrade to the latest 10.5 first if you can, and use the next section.
--
-- CREATE USER 'proxyguard'@'192.0.2.10' IDENTIFIED BY 'a long random password';
-- GRANT BINLOG MONITOR, REPLICATION SLAVE ADMIN ON *.* TO 'proxyguard'@'192.0.2.10';


-- ---- MariaDB 10.5.9 and later -----------------------------------------------------------------------------------------
-- Both are needed. REPLICATION CLIENT is only another name of BINLOG MONITOR here: with it alone, SHOW SLAVE STATUS is
-- refused with error 1227, and SLAVE MONITOR alone refuses SHOW MASTER STATUS and SHOW BINARY LOGS.
--
-- CREATE USER 'proxyguard'@'192.0.2.10' IDENTIFIED BY 'a long random password';
-- GRANT BINLOG MONITOR, SLAVE MONITOR ON *.* TO 'proxyguard'@'192.0.2.10';
