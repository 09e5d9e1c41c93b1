// Where the banner is: at the end of the document, with room for what it covers, and over no control that the page keeps in its place.
// A bar at the bottom, or above what is fixed there; else a tab in a free corner. A page that cannot get longer gets the tab at once.
var STEP = 24, MOST_POINTS = 600, POINTS_AT_ONCE = 64, TIME_AT_ONCE = 3, BETWEEN_CHECKS = 1000, LONGEST_PAUSE = 32000;
var CONTROLS = 'a[href],button,input,select,textarea,summary,label,iframe,object,embed,video,audio,[onclick],[contenteditable]:not([contenteditable="false"]),' +
  '[tabindex]:not([tabindex="-1"]),[role="button"],[role="link"],[role="tab"],[role="menuitem"],[role="checkbox"],[role="radio"],[role="switch"],[role="option"],[role="slider"]';
var BAR = { look: 'bottom' }, UNPLACED = { look: 'unplaced' }, IN_FLOW = { look: 'tab in-flow', isTab: true };
var SPOTS = ['tab', 'tab icon'].reduce(function (spots, look) {
  return spots.concat(['right bottom', 'left bottom', 'right top', 'left top', 'right middle', 'left middle'].map(function (corner) {
    return { look: look + ' ' + corner, isTab: true, isAtBottom: corner.indexOf('bottom') > 0 };
  }));
}, []);
var FREE = 0, MOVABLE = 1, PINNED = 2;
var isShown = false, isOpened = false, canGrow = true, attached = 0, now = UNPLACED, lift = 0;
var looking = 0, checking = 0, isDue = false, checkedAt = 0, pauseOfChecks = BETWEEN_CHECKS;

// At the root, not in the body: page scripts replace bodies. After the body, also when that came later: its room belongs below the page.
// The cap is for a page that fights back.
function attach() {
  var root = document.documentElement, body = document.body;
  var isInPlace = host.isConnected && !(body && host.compareDocumentPosition(body) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (isShown && root && !isInPlace && attached++ < 20) root.appendChild(host);
}

function watchPage() {
  var observer = new MutationObserver(onChange);
  function onChange() {
    [document, document.documentElement, document.body].forEach(function (node) { if (node) observer.observe(node, { childList: true }); });
    attach();
    checkSoon();
  }
  onChange();
  document.addEventListener('DOMContentLoaded', onChange);
  window.addEventListener('load', checkSoon);
  window.addEventListener('resize', checkSoon);
  // Nor may the banner hide what has the focus.
  document.addEventListener('focusin', function (event) { if (event.target !== host) checkSoon(); });
  if (window.ResizeObserver) new ResizeObserver(function () { makeRoom(); checkSoon(); }).observe(parts.bar);
}

// At once, then soon after a change; every second where all changes all the time; ever more rarely where nothing seems to.
function checkSoon() {
  if (isDue) return;
  isDue = true;
  pauseOfChecks = BETWEEN_CHECKS;
  checkIn(checkedAt ? Math.max(100, checkedAt + BETWEEN_CHECKS - Date.now()) : 0);
}

function checkIn(time) {
  clearTimeout(checking);
  checking = setTimeout(function () {
    isDue = false;
    if (!isShown) return;
    checkedAt = Date.now();
    place();
    checkIn(pauseOfChecks);
    pauseOfChecks = Math.min(pauseOfChecks * 2, LONGEST_PAUSE);
  }, time);
}

function canMakeRoom() {
  var root = getComputedStyle(document.documentElement), body = document.body && getComputedStyle(document.body);
  // The body's is the window's where the root has none.
  var overflow = root.overflowY !== 'visible' || !body ? root.overflowY : body.overflowY;
  return root.display === 'block' && overflow !== 'hidden' && overflow !== 'clip';
}

function place() {
  clearTimeout(looking);
  if (document.hidden) return;
  canGrow = canMakeRoom();
  if (isPlain) return settle(isCollapsed ? IN_FLOW : BAR, 0);
  // Whoever opened it, or works with it, wants to read it and can close it.
  var isWanted = isOpened || isInUse(), otherwise = isWanted ? function () { settle(BAR, 0); } : placeTab;
  if (isCollapsed || !isWanted && !canGrow) return placeTab();
  tryBar(0, otherwise, function (top) { tryBar(Math.ceil(document.documentElement.clientHeight - top), otherwise, otherwise); });
}

function tryBar(up, otherwise, onPinned) {
  var area = areaOf(BAR, up);
  if (area.height + up > innerHeight / 2) return otherwise();
  look(area, function (what, top) { if (what === PINNED) onPinned(top); else settle(BAR, up); });
}

// A tab that hops about is worse than one over what can be scrolled away: the spot where it is comes first.
function placeTab() {
  var spots = SPOTS.indexOf(now) >= 0 ? [now].concat(SPOTS) : SPOTS, second = IN_FLOW;
  (function next(index) {
    var spot = spots[index];
    if (!spot) return settle(second, 0);
    // Room is made at the bottom only: whether something lies beneath at the top, the page must be at its top to tell.
    if (canGrow && !spot.isAtBottom && spot !== now && pageYOffset > 0) return next(index + 1);
    look(areaOf(spot, 0), function (what) {
      if (what === FREE || what === MOVABLE && spot === now) return settle(spot, 0);
      if (what === MOVABLE && spot.isAtBottom && second === IN_FLOW) second = spot;
      next(index + 1);
    });
  })(0);
}

// Where it would be: nothing is painted in between.
function areaOf(spot, up) {
  dress(spot, up);
  var area = parts.bar.getBoundingClientRect();
  dress(now, lift);
  return area;
}

function settle(spot, up) {
  now = spot;
  lift = up;
  dress(now, lift);
  makeRoom();
}

// The page gets longer by what the banner covers, or its last lines and buttons could never be seen. A root that arranges its children itself is left alone.
function makeRoom() {
  var root = document.documentElement, height = now === BAR ? parts.bar.offsetHeight + lift : now.isAtBottom ? parts.bar.offsetHeight + 16 : 0;
  parts.room.style.height = (canGrow ? height : 0) + 'px';
  root.style.scrollPaddingBottom = height ? height + 'px' : '';
}

// Point by point, a few at a time: a large page is slow to answer, and it is not ours.
function look(area, then) {
  var step = Math.max(STEP, Math.sqrt(area.width * area.height / MOST_POINTS)), columns = Math.ceil(area.width / step), rows = Math.ceil(area.height / step);
  var known = new Map(), worst = FREE, top = Infinity, index = 0;
  (function go() {
    var end = performance.now() + TIME_AT_ONCE;
    for (var count = 0; index < columns * rows && count < POINTS_AT_ONCE && performance.now() < end; count++, index++) {
      var found = under(area.left + (index % columns + 0.5) * area.width / columns, area.top + (Math.floor(index / columns) + 0.5) * area.height / rows, known);
      worst = Math.max(worst, found.kind);
      top = Math.min(top, found.top);
    }
    if (index < columns * rows) looking = setTimeout(go, 0);
    else then(worst, top);
  })();
}

function under(x, y, known) {
  var all = document.elementsFromPoint ? document.elementsFromPoint(x, y) : [], element = all[0] === host ? all[1] : all[0];
  if (!element) return { kind: FREE, top: Infinity };
  if (!known.has(element)) known.set(element, judge(element));
  return known.get(element);
}

// Where nothing can be scrolled away, all that can be used is fixed.
function judge(element) {
  if (!element.closest(CONTROLS) && getComputedStyle(element).cursor !== 'pointer') return { kind: FREE, top: Infinity };
  var box = canGrow ? null : element;
  for (var one = element; one; one = one.parentElement) if (/fixed|sticky/.test(getComputedStyle(one).position)) box = one;
  return box ? { kind: PINNED, top: box.getBoundingClientRect().top } : { kind: MOVABLE, top: Infinity };
}
