// The script behind the one tag: says on the site's own pages what is the matter, as long as something is.
// PREFIX, LANGUAGES and TEXTS are put in front by BannerScript.cs, as is phrases.js. ES5 throughout: an old browser skips it and loses nothing.
var GUARD = window.Symbol && Symbol.for && Symbol.for('proxyguard.banner');
var ABSENT_AFTER_GOOD_NEWS = 12000;
var CSS = ':host{all:initial!important;' +
  'display:block!important;visibility:visible!important;opacity:1!important;pointer-events:auto!important;direction:ltr!important}' +
  ':host([hidden]){display:none!important}' +
  '.bar{position:fixed;left:0;right:0;bottom:0;z-index:2147483647;box-sizing:border-box;max-height:60vh;overflow:auto;padding:10px 16px;padding:10px max(16px,env(safe-area-inset-right)) max(10px,env(safe-area-inset-bottom)) max(16px,env(safe-area-inset-left));' +
  'background:#23282e;color:#f6f4ef;border-top:3px solid #f0b35a;font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;text-align:left;box-shadow:0 -2px 14px rgba(0,0,0,.3)}' +
  '.bar.good{border-top-color:#6fcf9f}.in{display:flex;flex-wrap:wrap;gap:2px 18px;align-items:center;max-width:1100px;margin:0 auto}' +
  '.text{flex:1 1 300px;min-width:0;overflow-wrap:anywhere}p{margin:0}.head{font-weight:600}.quiet{color:#c9ccd0;font-size:14px}.said{white-space:pre-line;border-left:3px solid #f0b35a;padding-left:8px;margin:3px 0}' +
  '.sign{display:inline-block;width:5px;height:12px;margin-right:9px;border:0 solid #f0b35a;border-width:0 4px}.good .sign,.maintenance .sign{width:0;height:0}.good .sign{border:6px solid #6fcf9f;border-radius:50%}' +
  '.maintenance .sign{border-width:6px}.folded{display:flex;flex-wrap:wrap;gap:0 14px;align-items:baseline}.folded progress{display:none}.way{margin-top:3px;display:flex;flex-wrap:wrap;gap:2px 12px;align-items:center}' +
  'progress{flex:0 1 260px;min-width:120px;height:10px;-webkit-appearance:none;appearance:none;border:1px solid #c9ccd0;border-radius:6px;background:#15181b;overflow:hidden}' +
  'progress::-webkit-progress-bar{background:#15181b}progress::-webkit-progress-value{background:#6fcf9f}progress::-moz-progress-bar{background:#6fcf9f}' +
  'a,button{color:#a9d6f7;font:inherit;font-size:14px}button{background:none;border:1px solid #8b9199;border-radius:5px;padding:2px 10px;cursor:pointer;color:#f6f4ef}' +
  ':focus-visible{outline:2px solid #a9d6f7;outline-offset:2px}.does{display:flex;gap:14px;align-items:center}[hidden]{display:none!important}' +
  '.unseen{position:absolute;top:0;left:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}' +
  '@media print{:host{display:none!important}}' +
  '@media (forced-colors:active){.sign{border-color:CanvasText!important}progress,progress::-webkit-progress-bar{background:Canvas}progress::-webkit-progress-value{background:Highlight;forced-color-adjust:none}progress::-moz-progress-bar{background:Highlight;forced-color-adjust:none}}';
var ORIGIN = location.origin;
var lang = languageOf(), texts = TEXTS[lang], phrases = phrasesOf(texts, lang);
var host, parts, latest = null, timer = 0, failures = 0, attached = 0, isOver = false, isShown = false;
var announced = { story: '', percent: null, at: 0 };

// The page's language if it is one of ours, else the reader's, else the site's first.
function languageOf() {
  var wanted = [document.documentElement.lang].concat(navigator.languages || navigator.language || []);
  for (var i = 0; i < wanted.length; i++) {
    var code = String(wanted[i]).toLowerCase().split('-')[0];
    if (LANGUAGES.indexOf(code) >= 0) return code;
  }
  return LANGUAGES[0];
}

function make(name, className, parent, text) {
  var made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}

function write(part, text) {
  part.hidden = !text;
  if (part.textContent !== text) part.textContent = text || '';
}

// No stylesheet of the page, and no policy of it, reaches in here; a sheet that is made is not an inline style.
function style(root) {
  try {
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    if (window.ResizeObserver) new ResizeObserver(makeRoom).observe(parts.bar);
  } catch (tooOld) {
    var own = { position: 'fixed', left: 0, right: 0, bottom: 0, zIndex: 2147483647, background: '#23282e', color: '#f6f4ef', padding: '10px', font: '15px sans-serif' };
    for (var name in own) host.style[name] = own[name];
  }
}

// The page gets longer by what the bar covers, or its last lines and buttons could never be seen. A root that arranges its children itself is left alone.
function makeRoom() {
  var height = parts.bar.offsetHeight, root = document.documentElement;
  parts.room.style.height = getComputedStyle(root).display === 'block' ? height + 'px' : 0;
  root.style.scrollPaddingBottom = height ? height + 'px' : '';
}

function build() {
  host = document.createElement('proxyguard-banner');
  host.lang = lang;
  var root = host.attachShadow({ mode: 'closed' });
  var bar = make('div', 'bar', root), inner = make('div', 'in', bar), text = make('div', 'text', inner), does = make('div', 'does', inner);
  bar.setAttribute('role', 'region');
  bar.setAttribute('aria-label', texts['banner.label']);
  parts = { bar: bar, text: text, head: make('p', 'head', text), room: make('div', '', root) };
  make('span', 'sign', parts.head).setAttribute('aria-hidden', 'true');
  parts.headline = make('span', '', parts.head);
  parts.more = make('div', '', text);
  parts.cause = make('p', '', parts.more);
  parts.said = make('p', 'said', parts.more);
  parts.times = make('p', 'quiet', parts.more);
  parts.way = make('div', 'way', text);
  parts.progress = make('progress', '', parts.way);
  parts.progress.max = 100;
  parts.progress.setAttribute('aria-label', texts['progress.label']);
  parts.going = make('span', '', parts.way);
  parts.link = make('a', '', does, texts['status.link']);
  parts.link.href = ORIGIN + PREFIX;
  parts.fold = make('button', '', does);
  parts.fold.type = 'button';
  parts.fold.addEventListener('click', function () { fold(parts.more.hidden); });
  // Must be there before anything is said in it.
  parts.live = make('div', 'unseen', bar);
  parts.live.setAttribute('role', 'status');
  parts.live.setAttribute('aria-atomic', 'true');
  style(root);
  fold(remembered() !== 'folded');
}

function remembered(value) {
  try {
    if (value) sessionStorage.setItem('proxyguard.banner', value);
    return sessionStorage.getItem('proxyguard.banner');
  } catch (forbidden) { return null; }
}

function fold(isOpen) {
  parts.more.hidden = !isOpen;
  parts.text.className = isOpen ? 'text' : 'text folded';
  parts.fold.textContent = texts[isOpen ? 'banner.less' : 'banner.more'];
  parts.fold.setAttribute('aria-expanded', String(isOpen));
  remembered(isOpen ? 'open' : 'folded');
}

// At the root, not in the body: page scripts replace bodies, and in the head there is none yet. The cap is for a page that fights back.
function attach() {
  if (isShown && !host.isConnected && document.documentElement && attached++ < 20) document.documentElement.appendChild(host);
}

function show() {
  if (isShown) return;
  if (!host) {
    build();
    new MutationObserver(attach).observe(document, { childList: true });
    new MutationObserver(attach).observe(document.documentElement, { childList: true });
  }
  isShown = true;
  attach();
}

function leave() {
  isShown = false;
  if (host && host.parentNode) host.parentNode.removeChild(host);
}

function headline(status) {
  if (status.canRead === false && status.mode !== 'maintenance') return 'unavailable.headline';
  if (status.mode !== 'normal') return 'headline.' + status.mode;
  if (status.canPost === false) return 'headline.read-only';
  if (!hasNews(status)) return 'banner.open';
  return status.observedCause && status.observedCause.indexOf('replicas-') !== 0 ? 'headline.unsure' : 'headline.late';
}

function hasNews(status) {
  return status.mode !== 'normal' || status.canPost === false || status.isCurrent !== true || Boolean(status.observedCause) || Boolean(status.catchUp && status.catchUp.state !== 'done');
}

function causeOf(status) {
  var isOfWrites = status.cause === 'web-servers-unreachable' && status.canRead !== false;
  var causes = [texts[status.mode === 'maintenance' ? 'cause.maintenance' : 'cause.' + status.cause + (isOfWrites ? '.writes' : '')]];
  if (status.observedCause !== status.cause) causes.push(texts['cause.' + status.observedCause]);
  return causes.filter(Boolean).join(' ');
}

function messageOf(status) {
  var said = status.message || {}, codes = [lang, 'en'].concat(Object.keys(said));
  for (var i = 0; i < codes.length; i++) if (said[codes[i]]) return { lang: codes[i], text: said[codes[i]] };
  return { lang: lang, text: '' };
}

function timesOf(status) {
  var times = [phrases.say('since', { time: phrases.time(status.since, status.at) })];
  var currency = status.isCurrent === true ? 'as-of.current' : status.asOf ? 'as-of.known' : 'as-of.unknown';
  times.push(phrases.say(currency, status.asOf ? { time: phrases.time(status.asOf, status.at) } : {}));
  if (status.endsAt) times.push(phrases.say('ends', { time: phrases.time(status.endsAt, status.at) }));
  // Nothing newer: then say of when this is.
  if (failures > 1) times.push(phrases.say('live.at', { time: phrases.time(status.at, status.at) }), texts['live.lost']);
  return times.join(' ');
}

// In one line, for eyes and ears: what the copies do, how far, how long.
function progressOf(way) {
  if (way.state !== 'catching-up') {
    return texts['catch-up.' + way.state] + (way.state === 'done' || !way.percent ? '' : ' ' + done(way.percent) + '.');
  }
  var far = way.percent === null ? texts['catch-up.catching-up'] : done(way.percent);
  if (!way.remainingSeconds) return far + (way.percent === null ? ' ' : '. ') + texts['remaining.unknown'];
  var togo = phrases.say('remaining.sentence', { range: phrases.range(way.remainingSeconds) });
  return way.percent === null ? far + ' ' + togo.charAt(0).toUpperCase() + togo.slice(1) + '.' : far + ', ' + togo;
}

function done(percent) {
  return phrases.say('progress.done', { percent: phrases.percent(percent) });
}

function render(status) {
  var way = status.catchUp, said = messageOf(status), isGood = !hasNews(status);
  parts.bar.className = 'bar ' + (isGood ? 'good' : status.mode);
  parts.headline.textContent = texts[headline(status)];
  write(parts.cause, isGood ? '' : causeOf(status));
  write(parts.said, isGood ? '' : said.text);
  parts.said.lang = said.lang;
  write(parts.times, isGood ? '' : timesOf(status));
  parts.way.hidden = isGood || !way;
  parts.fold.hidden = isGood;
  if (!way) return;
  parts.progress.hidden = !way.percent;
  parts.progress.value = way.percent || 0;
  write(parts.going, progressOf(way));
  parts.progress.setAttribute('aria-valuetext', parts.going.textContent);
}

// News at once; progress each 10 percent or 5 minutes, for who listens has something else to do.
function announce(status) {
  var way = status.catchUp, percent = way && way.percent, story = [status.mode, status.cause, status.observedCause, status.canRead, status.canPost, way && way.state].join();
  var isNews = story !== announced.story;
  var isFar = typeof percent === 'number' && announced.percent !== null && Math.abs(percent - announced.percent) >= 10;
  if (!isNews && !isFar && (!way || Date.now() - announced.at < 300000)) return;
  announced = { story: story, percent: typeof percent === 'number' ? percent : null, at: Date.now() };
  var text = isNews ? [texts[headline(status)], hasNews(status) ? causeOf(status) : ''] : [];
  if (way && hasNews(status)) text.push(progressOf(way));
  // A region that came with its text is not read: the text has to come after it.
  setTimeout(function () { parts.live.textContent = text.join(' '); }, 150);
}

function receive(status) {
  var isFirst = latest === null;
  latest = status;
  failures = 0;
  if (!hasNews(status)) return wellAgain(status, isFirst);
  show();
  render(status);
  announce(status);
}

// Nothing was said, so nothing is taken back: a page from a cache, whose tag is older than the good news.
function wellAgain(status, isFirst) {
  isOver = true;
  clearTimeout(timer);
  if (isFirst || !isShown) return leave();
  render(status);
  announce(status);
  setTimeout(function () { if (isOver) leave(); }, ABSENT_AFTER_GOOD_NEWS);
}

function again() {
  clearTimeout(timer);
  if (isOver || document.hidden) return;
  timer = setTimeout(ask, pauseAfter(failures, Math.random()));
}

function ask() {
  var stop = window.AbortController ? new AbortController() : null, limit = stop && setTimeout(function () { stop.abort(); }, 10000);
  clearTimeout(timer);
  // The page's own base address is not ours: absolute. The number keeps service workers from answering with yesterday.
  fetch(ORIGIN + PREFIX + 'status.json?_=' + Date.now(), { cache: 'no-store', credentials: 'omit', signal: stop ? stop.signal : undefined }).then(function (answer) {
    if (!answer.ok) throw new Error('no status');
    return answer.json();
  }).then(receive).catch(function () {
    failures++;
    if (latest && isShown) render(latest);
  }).then(function () { clearTimeout(limit); again(); });
}

// A policy of the page may forbid to ask at all. That there is news is known: the tag is only there while there is.
function onForbidden(violation) {
  if (latest || isShown || String(violation.blockedURI).indexOf(ORIGIN + PREFIX) !== 0) return;
  isOver = true;
  show();
  parts.headline.textContent = texts['banner.see-status'];
  parts.more.hidden = parts.way.hidden = parts.fold.hidden = true;
}

function wake() {
  if (document.hidden) return clearTimeout(timer);
  isOver = false;
  ask();
}

function begin() {
  document.addEventListener('securitypolicyviolation', onForbidden);
  document.addEventListener('visibilitychange', function () { if (!isOver) wake(); });
  window.addEventListener('pageshow', function (event) { if (event.persisted) wake(); });
  window.addEventListener('pagehide', function () { clearTimeout(timer); });
  ask();
}

if (GUARD && window.top === window && !window[GUARD] && window.fetch && window.MutationObserver && document.documentElement.attachShadow) {
  Object.defineProperty(window, GUARD, { value: true });
  begin();
}
