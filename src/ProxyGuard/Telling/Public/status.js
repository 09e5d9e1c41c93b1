// Keeps the pages true while they are open. They are complete without it; the wording comes from the server's page, only numbers are said here.
var page = document.documentElement;
var texts = JSON.parse(page.getAttribute('data-texts'));
var phrases = phrasesOf(texts, page.lang);
var kind = page.getAttribute('data-page');
var now = page.getAttribute('data-at');
var title = document.title;
var advice = kind === 'refusal' ? document.getElementById('advice').textContent : '';
var told = newsOf();
var story = null, latest = null, events = null, timer = 0, speaking = 0;
var heardAt = 0, failures = 0, breaks = 0, listening = 0, isPaused = false, isLeaving = false, mayBeSentAgain = false;
var announced = { percent: null, at: Date.now() };

function url(name) {
  return location.origin + page.getAttribute('data-prefix') + name;
}

function each(selector, act) {
  Array.prototype.forEach.call(document.querySelectorAll(selector), act);
}

// Once spoken it goes, or it would stand beside newer numbers.
function announce(text) {
  var place = document.getElementById('announce');
  clearTimeout(speaking);
  place.textContent = text;
  speaking = setTimeout(function () { place.textContent = ''; }, 6000);
  announced.at = Date.now();
}

function localise() {
  each('time[datetime]', function (time) {
    if (!time.title) time.title = time.textContent;
    time.textContent = phrases.time(time.dateTime, now, true);
  });
}

// Everything but the numbers that tick: when it changes, the words do, and those are the server's.
function storyOf(status) {
  var way = status.catchUp;
  return JSON.stringify([status.mode, status.cause, status.observedCause, status.canRead, status.canPost, status.since, status.message, status.asOf === null, way && [way.state,
    way.percent === null, way.behindSeconds === null, way.queueBytes === null, way.bytesPerSecond === null, way.remainingSeconds === null]]);
}

function live(name, value, say) {
  if (value === null || value === undefined) return;
  each('[data-live="' + name + '"]', function (place) { say(place, value); });
}

function asText(say) {
  return function (place, value) {
    var text = say(value);
    if (place.textContent !== text) place.textContent = text;
  };
}

function asMoment(place, value) {
  place.dateTime = value;
  place.title = '';
  place.textContent = new Date(value).toISOString().replace('T', ' ').slice(0, 16) + ' UTC';
}

function done(percent) {
  return phrases.say('progress.done', { percent: phrases.percent(percent) });
}

function tick(status) {
  var way = status.catchUp || {};
  now = status.at;
  live('percent', way.percent, asText(done));
  live('bar', way.percent, function (bar, percent) {
    bar.value = percent;
    bar.setAttribute('aria-valuetext', done(percent));
  });
  live('remaining', way.remainingSeconds, asText(phrases.range));
  live('behind', way.behindSeconds, asText(phrases.duration));
  live('queue', way.queueBytes, asText(phrases.bytes));
  live('rate', way.bytesPerSecond, asText(phrases.rate));
  live('as-of', status.asOf, asMoment);
  live('at', status.at, asMoment);
  localise();
}

// Each 10 percent or 5 minutes: who listens must be able to do something else meanwhile.
function announceProgress(way) {
  if (!way || way.percent === null || way.state === 'done') return;
  var isFar = announced.percent === null || Math.abs(way.percent - announced.percent) >= 10;
  var isLong = Date.now() - announced.at >= 300000;
  if (announced.percent !== null && (isFar || isLong)) {
    announce(done(way.percent) + (way.remainingSeconds ? ', ' + phrases.say('remaining.sentence', { range: phrases.range(way.remainingSeconds) }) : ''));
  }
  if (isFar || isLong) announced.percent = way.percent;
}

function newsOf() {
  var news = [];
  each('[data-announce]', function (part) { news.push(part.textContent.trim()); });
  return news.join(' ');
}

function take(fresh) {
  each('[data-part]', function (part) {
    var other = fresh.querySelector('[data-part="' + part.getAttribute('data-part') + '"]');
    // A part inside one that was just replaced is gone already.
    if (other && part.isConnected) part.parentNode.replaceChild(document.importNode(other, true), part);
  });
  if (kind === 'status') {
    document.title = fresh.title;
    page.setAttribute('data-mode', fresh.documentElement.getAttribute('data-mode'));
  }
  localise();
  if (latest) tick(latest);
  var before = told;
  told = newsOf();
  if (told && told !== before && !mayBeSentAgain) announce(told);
}

function refresh() {
  // Without credentials no cookie is set: that another tab has chosen another language stays so.
  fetch(url('?lang=' + page.lang), { cache: 'no-store', credentials: 'omit', headers: { Accept: 'text/html' } }).then(function (answer) {
    if (!answer.ok) throw new Error('no page');
    return answer.text();
  }).then(function (text) {
    take(new DOMParser().parseFromString(text, 'text/html'));
  }).catch(function () { story = null; page.setAttribute('data-revision', ''); });
}

function onRefusal(status) {
  var isOpen = status.mode === 'normal' && status.canPost !== false;
  if (isOpen === mayBeSentAgain) return;
  mayBeSentAgain = isOpen;
  var text = isOpen ? texts['refused.when.now'] : '';
  document.title = text || title;
  document.getElementById('open').textContent = text;
  document.getElementById('advice').textContent = text || advice;
  each('[data-until-open]', function (part) { part.hidden = isOpen; });
  announce(text);
}

// Not all at once: thousands may be waiting for the same moment. And never the form again: a new request for the address.
function onMaintenance(status) {
  if (status.mode === 'maintenance' || isLeaving) return;
  isLeaving = true;
  setTimeout(function () { location.replace(location.pathname + location.search); }, Math.random() * 4000);
}

// The status page is not the page that was asked for; this one is, and can be had again in the other language.
function chooseLanguage(event) {
  event.preventDefault();
  fetch(event.currentTarget.href, { cache: 'no-store' }).then(function () { location.replace(location.pathname + location.search); });
}

function receive(status) {
  var newStory = storyOf(status);
  heardAt = Date.now();
  failures = 0;
  latest = status;
  if (kind === 'refusal') onRefusal(status);
  if (kind === 'maintenance') onMaintenance(status);
  if (newStory !== story) {
    var isAsRendered = story === null && String(status.revision) === page.getAttribute('data-revision');
    story = newStory;
    if (!isAsRendered) refresh();
  }
  tick(status);
  announceProgress(status.catchUp);
  sayWhetherLive();
}

function sayWhetherLive() {
  var on = { status: 'live.on', refusal: 'refused.watching', maintenance: 'maintenance.watching' }[kind];
  var text = isPaused ? '' : failures > 1 ? texts['live.lost'] : texts[on];
  each('#live', function (place) { if (place.textContent !== text) place.textContent = text; });
}

function poll() {
  return fetch(url('status.json?_=' + Date.now()), { cache: 'no-store', credentials: 'omit' }).then(function (answer) {
    if (!answer.ok) throw new Error('no status');
    return answer.json();
  }).then(receive).catch(function () { failures++; sayWhetherLive(); });
}

// The stream is the quick way, asking is the sure one: whatever swallows the stream, the page goes on.
function watch() {
  var isHeard = events && Date.now() - heardAt < 12000;
  (isHeard ? Promise.resolve() : poll()).then(function () {
    clearTimeout(timer);
    if (!isPaused) timer = setTimeout(watch, pauseAfter(document.hidden ? Math.max(failures, 2) : failures, Math.random()));
  });
}

function start() {
  if (isPaused) return;
  stop();
  listen();
  watch();
}

// A browser by itself would come back again and again after the same time: a stream that breaks is opened anew by us, later each time until one says something.
function listen() {
  if (kind !== 'status' || !window.EventSource || document.hidden) return;
  events = new EventSource(url('events'));
  events.onmessage = function (message) {
    breaks = 0;
    receive(JSON.parse(message.data));
  };
  events.onerror = function () {
    // The first time the server has said when; it knows how many we are.
    if (events && events.readyState !== EventSource.CLOSED && breaks === 0) { breaks = 1; return; }
    unlisten();
    listening = setTimeout(listen, pauseAfter(breaks++, Math.random()));
  };
}

function unlisten() {
  clearTimeout(listening);
  if (events) events.close();
  events = null;
}

function stop() {
  clearTimeout(timer);
  unlisten();
}

function addPause() {
  var button = document.createElement('button');
  button.type = 'button';
  button.textContent = texts['live.pause'];
  button.addEventListener('click', function () {
    isPaused = !isPaused;
    button.textContent = texts[isPaused ? 'live.resume' : 'live.pause'];
    if (isPaused) stop(); else start();
    sayWhetherLive();
  });
  document.getElementById('controls').appendChild(button);
}

function copy(area, button) {
  function say(isCopied) {
    button.textContent = texts['typed.copy'] + (isCopied ? ' ✓' : '');
    announce(texts[isCopied ? 'typed.copied' : 'typed.selected']);
  }

  // The old way works where there is no clipboard: on pages from an insecure origin.
  function oldWay() { say(document.execCommand('copy')); }

  area.focus();
  area.select();
  if (!navigator.clipboard) return oldWay();
  navigator.clipboard.writeText(area.value).then(function () { say(true); }, oldWay);
}

function addCopy(field) {
  var button = document.createElement('button'), area = field.querySelector('textarea'), label = field.querySelector('label');
  label.id = area.id + '-label';
  button.type = 'button';
  button.textContent = texts['typed.copy'];
  button.setAttribute('aria-describedby', label.id);
  button.addEventListener('click', function () { copy(area, button); });
  field.insertBefore(button, area);
}

function keepTrue() {
  addPause();
  sayWhetherLive();
  start();
  window.addEventListener('pagehide', stop);
  window.addEventListener('pageshow', function (event) { if (event.persisted) start(); });
  document.addEventListener('visibilitychange', start);
}

each('.field', addCopy);
if (kind === 'maintenance') each('.languages a', function (link) { link.addEventListener('click', chooseLanguage); });
localise();
// That page tells nothing that changes; it only gives the text back.
if (kind !== 'unavailable') keepTrue();
