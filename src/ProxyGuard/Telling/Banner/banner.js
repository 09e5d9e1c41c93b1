// The script behind the one tag: says on the site's own pages what is the matter, as long as something is.
// PREFIX, LANGUAGES and TEXTS are put in front by BannerScript.cs, as are phrases.js, banner-look.js and banner-place.js. ES5 throughout: an old browser skips it and loses nothing.
var GUARD = window.Symbol && Symbol.for && Symbol.for('proxyguard.banner');
var ABSENT_AFTER_GOOD_NEWS = 12000, SPOKEN_AFTER = 6000;
var ORIGIN = location.origin;
var browserLang = languageOf(navigator.languages || [navigator.language]), pageLang = languageOf([document.documentElement.lang]);
var lang = pageLang || browserLang || LANGUAGES[0], texts = TEXTS[lang], phrases = phrasesOf(texts, lang);
var latest = null, timer = 0, failures = 0, rank = 0, isOver = false, isPaused = false, hasWarned = false, speaking = 0;
// Collapsed by the member, and how bad it was then: remembered for this tab of the browser.
var collapsedAt = Number(remembered('banner')) || 0, isCollapsed = collapsedAt > 0;
var announced = { story: '', percent: null, at: 0 };

// The first of these that is one of ours; the page's comes before the reader's.
function languageOf(wanted) {
  for (var i = 0; i < wanted.length; i++) {
    var code = String(wanted[i]).toLowerCase().split('-')[0];
    if (LANGUAGES.indexOf(code) >= 0) return code;
  }
  return '';
}

// A refusal cannot see the page that the form was on: its language is told once, as if the member had chosen it.
function tellLanguage() {
  if (!pageLang || (remembered('language') || browserLang) === pageLang) return;
  remember('language', pageLang);
  fetch(ORIGIN + PREFIX + '?lang=' + pageLang, { cache: 'no-store', credentials: 'same-origin' }).catch(function () { });
}

// For this tab of the browser; where storage is forbidden, for no longer than this page.
function remembered(what) {
  try { return sessionStorage.getItem('proxyguard.' + what); } catch (forbidden) { return null; }
}

function remember(what, value) {
  try { sessionStorage.setItem('proxyguard.' + what, value); } catch (forbidden) { }
}

function collapse(isWanted) {
  isCollapsed = isWanted;
  isOpened = !isWanted;
  collapsedAt = rank;
  remember('banner', isWanted ? rank : 0);
  place();
}

// What gets worse is shown again, whatever was collapsed before.
function openIfWorse() {
  if (!isCollapsed || rank <= collapsedAt) return;
  isCollapsed = false;
  remember('banner', 0);
}

function pause(isWanted) {
  isPaused = isWanted;
  parts.pause.textContent = texts[isPaused ? 'live.resume' : 'live.pause'];
  if (isPaused) clearTimeout(timer);
  else ask();
}

function show() {
  if (isShown) return;
  isShown = true;
  if (host) return attach();
  build();
  watchPage();
}

function leave() {
  isShown = isCollapsed = isOpened = false;
  if (!host) return;
  if (host.parentNode) host.parentNode.removeChild(host);
  document.documentElement.style.scrollPaddingBottom = '';
}

// From good to bad: the headline, and what a tab says in its place.
var STORIES = [['banner.open', 'headline.normal'], ['headline.late', 'tab.late'], ['headline.unsure', 'tab.unsure'], ['headline.read-only', 'tab.read-only'],
  ['unavailable.headline', 'tab.unavailable'], ['headline.maintenance', 'tab.maintenance']];

function rankOf(status) {
  var key = headline(status), found = 0;
  STORIES.forEach(function (story, index) { if (story[0] === key) found = index; });
  return found;
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

// A form in which a member would write: one with a text field, and no password.
function isForText(field) {
  var form = field.form;
  return Boolean(form && form.method === 'post' && /^(textarea|text)$/.test(field.type) && !form.querySelector('[type=password]'));
}

// Whether this page has a form whose text would be refused. A page with very many fields is not searched to its end.
function hasRefusedForm(status) {
  var fields = status.mode === 'read-only' && status.canRead !== false ? document.querySelectorAll('form textarea,form input') : [];
  for (var i = 0; i < fields.length && i < 100; i++) if (isForText(fields[i]) && fields[i].getClientRects().length > 0) return true;
  return false;
}

// Before anything is typed: whoever does not see the banner hears it at the form, once.
function warnAtForm(event) {
  if (!isShown || !latest || hasWarned || !isForText(event.target) || !hasRefusedForm(latest)) return;
  hasWarned = true;
  speak(texts[headline(latest)] + ' ' + texts['can.text-kept']);
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
  rank = rankOf(status);
  tone = isGood ? 'good' : status.mode;
  parts.headline.textContent = texts[STORIES[rank][0]];
  tabText = texts[STORIES[rank][1]];
  write(parts.cause, isGood ? '' : causeOf(status));
  write(parts.said, isGood ? '' : said.text);
  parts.said.lang = said.lang;
  write(parts.kept, hasRefusedForm(status) ? texts['can.text-kept'] : '');
  write(parts.times, isGood ? '' : timesOf(status));
  parts.way.hidden = isGood || !way;
  openIfWorse();
  dress(now, lift);
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
  speak(text.join(' '));
}

// A region that came with its text is not read: the text has to come after it. Once spoken it goes, or it would stand beside newer numbers.
function speak(text) {
  clearTimeout(speaking);
  speaking = setTimeout(function () {
    parts.live.textContent = text;
    speaking = setTimeout(function () { parts.live.textContent = ''; }, SPOKEN_AFTER);
  }, 150);
}

function receive(status) {
  var isFirst = latest === null;
  latest = status;
  failures = 0;
  if (!hasNews(status)) return wellAgain(status, isFirst);
  show();
  render(status);
  announce(status);
  if (isFirst) tellLanguage();
}

// Nothing was said, so nothing is taken back: a page from a cache, whose tag is older than the good news.
function wellAgain(status, isFirst) {
  isOver = true;
  clearTimeout(timer);
  remember('banner', 0);
  if (isFirst || !isShown) return leave();
  render(status);
  announce(status);
  setTimeout(function () { if (isOver) leave(); }, ABSENT_AFTER_GOOD_NEWS);
}

function again() {
  clearTimeout(timer);
  if (isOver || isPaused || document.hidden) return;
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
  tabText = texts['status.title'];
  [parts.cause, parts.said, parts.kept, parts.times, parts.way].forEach(function (part) { part.hidden = true; });
}

function wake() {
  if (document.hidden) return clearTimeout(timer);
  if (isShown) checkSoon();
  if (isPaused) return;
  isOver = false;
  ask();
}

function begin() {
  document.addEventListener('securitypolicyviolation', onForbidden);
  document.addEventListener('focusin', warnAtForm);
  document.addEventListener('visibilitychange', function () { if (!isOver) wake(); });
  window.addEventListener('pageshow', function (event) { if (event.persisted) wake(); });
  window.addEventListener('pagehide', function () { clearTimeout(timer); });
  ask();
}

if (GUARD && window.top === window && !window[GUARD] && window.fetch && window.MutationObserver && document.documentElement.attachShadow) {
  Object.defineProperty(window, GUARD, { value: true });
  begin();
}
