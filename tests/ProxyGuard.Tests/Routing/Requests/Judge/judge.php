<?php
// What a request does to the data if the application reads its address in one of the many ways in which applications do: X-Ran names the routes that change something,
// by any of them. The functions are PHP's own; each request also tries chains of them, chosen by its address, so that it is the same each time.

function resolved(string $path): string
{
    $kept = [];
    foreach (explode('/', $path) as $segment) {
        if ($segment === '..')
            array_pop($kept);
        elseif ($segment !== '.' && $segment !== '')
            $kept[] = $segment;
    }
    return '/' . implode('/', $kept);
}

/** UTF-8 as old decoders had it: overlong sequences are what they would be if they were shorter. */
function overlong(string $path): string
{
    return preg_replace_callback('/[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]/', fn ($bytes) => chr(strlen($bytes[0]) == 2
        ? (ord($bytes[0][0]) & 1) << 6 | ord($bytes[0][1]) & 63
        : ((ord($bytes[0][1]) & 1) << 6 | ord($bytes[0][2]) & 63) & 127), $path);
}

function before(string $path, string $signs): string
{
    return substr($path, 0, strcspn($path, $signs));
}

$steps = [
    'rawurldecode', 'urldecode', 'strtolower', 'overlong', 'resolved', 'stripslashes', 'trim',
    fn ($p) => parse_url($p, PHP_URL_PATH) ?: $p,
    fn ($p) => parse_str("q=$p", $query) ?? (is_string($query['q'] ?? null) ? $query['q'] : $p),
    fn ($p) => str_replace('\\', '/', $p),
    fn ($p) => str_replace('..', '', $p),
    fn ($p) => str_replace('../', '', $p),
    fn ($p) => str_replace(['../', './'], '', $p),
    fn ($p) => preg_replace('~/+~', '/', $p),
    fn ($p) => preg_replace('~;[^/]*~', '', $p),
    fn ($p) => preg_replace('~[^a-z0-9._/-]~i', '', $p),
    fn ($p) => preg_replace('~[\x00-\x1f\x7f-\xff]~', '', $p),
    fn ($p) => preg_replace('~^/[^/]*\.php\d?(?=/)~i', '', $p),
    fn ($p) => before($p, "\0"),
    fn ($p) => before($p, '?'),
    fn ($p) => before($p, '#'),
    fn ($p) => before($p, ';'),
    fn ($p) => rtrim($p, '. '),
    fn ($p) => filter_var($p, FILTER_SANITIZE_URL),
    fn ($p) => @iconv('UTF-8', 'ASCII//IGNORE', $p) ?: $p,
    fn ($p) => implode('/', array_map(fn ($s) => trim($s), explode('/', $p))),
    fn ($p) => implode('/', array_map(fn ($s) => rtrim($s, '. '), explode('/', $p))),
    fn ($p) => implode('/', array_filter(explode('/', $p), fn ($s) => $s !== '' && $s !== '.' && $s !== '..')),
    fn ($p) => preg_replace_callback('~%u([0-9a-f]{4})~i', fn ($m) => mb_chr(hexdec($m[1])) ?: '', $p),
];

$unsafe = !in_array($_SERVER['REQUEST_METHOD'], ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'REPORT', 'SEARCH', 'QUERY']);
$ran = [];

/** The routes of a front controller: one that splits the path, and one that matches it. Segments may be decoded only after the split. */
function dispatch(string $path): void
{
    global $ran, $unsafe;
    $segments = explode('/', trim($path, '/'));
    foreach ([$segments, array_map('rawurldecode', $segments)] as $s) {
        $count = count($s);
        if ($unsafe) {
            if ($count == 3 && $s[0] === 'photos' && $s[2] === 'comment')
                $ran['comment'] = 1;
            if ($count == 2 && $s[0] === 'search' && $s[1] === 'delete')
                $ran['delete'] = 1;
            continue;
        }
        if ($count == 2 && $s[0] === 'like' && $s[1] !== '')
            $ran['like'] = 1;
        if ($count == 2 && $s[0] === 'rate' && $s[1] !== '')
            $ran['rate'] = 1;
        if ($count == 3 && $s[0] === 'photos' && $s[2] === 'vote')
            $ran['vote'] = 1;
        if ($s[0] === 'admin')
            $ran['admin'] = 1;
    }
    if ($unsafe ? preg_match('#^/photos/[^/]+/comment/?$#', $path) : preg_match('#^/like/[^/]+/?$#', $path))
        $ran[$unsafe ? 'comment' : 'like'] = 1;
}

$raw = before($_SERVER['REQUEST_URI'], '?');
$sources = array_unique(array_filter([$raw, $_SERVER['PATH_INFO'] ?? '', $_SERVER['DOCUMENT_URI'] ?? '', $_SERVER['PHP_SELF'] ?? '', $_SERVER['ADDRESS'] ?? ''], fn ($s) => $s !== '' && is_string($s)));
mt_srand(crc32($_SERVER['REQUEST_URI']));
foreach ($sources as $source) {
    dispatch($source);
    foreach ($steps as $step)
        dispatch($step($source));
    // As frameworks do it: decoded, without the script. An application in a folder of its own is another one, whose rules name the folder.
    if (str_starts_with($decoded = rawurldecode($source), $_SERVER['SCRIPT_NAME']))
        dispatch(substr($decoded, strlen($_SERVER['SCRIPT_NAME'])));
    for ($chain = 0; $chain < 12; $chain++) {
        $path = $source;
        for ($length = mt_rand(2, 5); $length > 0; $length--) {
            $path = (string) $steps[mt_rand(0, count($steps) - 1)]($path);
            dispatch($path);
        }
    }
}

// A script of its own changes something whatever follows it. By its file: SCRIPT_NAME is what PHP's own server was asked for.
if (!$unsafe && basename(get_included_files()[0]) === 'buy.php')
    $ran['buy'] = 1;

header('X-Ran: ' . (implode(',', array_keys($ran)) ?: '-'));
header('Content-Length: 0');
if ($ran)
    file_put_contents($_SERVER['JUDGE_LOG'] ?? getenv('JUDGE_LOG'), "{$_SERVER['REQUEST_METHOD']} {$_SERVER['REQUEST_URI']} " . implode(',', array_keys($ran)) . "\n", FILE_APPEND | LOCK_EX);
