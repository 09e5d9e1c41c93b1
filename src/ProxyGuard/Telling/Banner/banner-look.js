// What the banner looks like: a bar, or the tab to which it collapses, in a root of its own that no style sheet and no policy of the page reaches.
var CSS = ':host{all:initial!important;' +
  'display:block!important;visibility:visible!important;opacity:1!important;pointer-events:auto!important;direction:ltr!important}' +
  ':host([hidden]){display:none!important}' +
  '.bar{position:fixed;left:0;right:0;bottom:0;z-index:2147483647;box-sizing:border-box;max-height:60vh;overflow:auto;padding:10px 16px;padding:10px max(16px,env(safe-area-inset-right)) max(10px,env(safe-area-inset-bottom)) max(16px,env(safe-area-inset-left));' +
  'background:#23282e;color:#f6f4ef;border-top:3px solid #f0b35a;font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;text-align:left;box-shadow:0 -2px 14px rgba(0,0,0,.3)}' +
  '.bar.good{border-color:#6fcf9f}.in{display:flex;flex-wrap:wrap;gap:2px 18px;align-items:center;max-width:1100px;margin:0 auto}' +
  '.text{flex:1 1 300px;min-width:0;overflow-wrap:anywhere}p{margin:0}.head{font-weight:600}.quiet{color:#c9ccd0;font-size:14px}.said{white-space:pre-line;border-left:3px solid #f0b35a;padding-left:8px;margin:3px 0}' +
  '.sign{display:inline-block;box-sizing:content-box;width:5px;height:12px;margin-right:9px;border:0 solid #f0b35a;border-width:0 4px}.good .sign,.maintenance .sign{width:0;height:0}.good .sign{border:6px solid #6fcf9f;border-radius:50%}' +
  '.maintenance .sign{border-width:6px}.way{margin-top:3px;display:flex;flex-wrap:wrap;gap:2px 12px;align-items:center}' +
  'progress{flex:0 1 260px;min-width:120px;height:10px;-webkit-appearance:none;appearance:none;border:1px solid #c9ccd0;border-radius:6px;background:#15181b;overflow:hidden}' +
  'progress::-webkit-progress-bar{background:#15181b}progress::-webkit-progress-value{background:#6fcf9f}progress::-moz-progress-bar{background:#6fcf9f}' +
  '.does{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:center;position:sticky;bottom:0;background:#23282e}a,button{color:#a9d6f7;font:inherit;font-size:14px;min-height:26px;box-sizing:border-box}a{display:inline-flex;align-items:center}' +
  'button{background:none;border:1px solid #8b9199;border-radius:5px;padding:2px 10px;cursor:pointer;color:#f6f4ef}' +
  ':focus-visible{outline:2px solid #a9d6f7;outline-offset:2px}.tab :focus-visible{outline-offset:-4px}' +
  '.tab{left:auto;right:auto;bottom:auto;max-width:calc(100vw - 16px);padding:0;border:2px solid #f0b35a;border-radius:8px;overflow:hidden}.tab.right{right:8px}.tab.left{left:8px}.tab.bottom{bottom:8px;bottom:max(8px,env(safe-area-inset-bottom))}.tab.top{top:8px}.tab.middle{top:calc(50% - 18px)}.tab button{display:flex;align-items:center;min-width:32px;min-height:32px;border:0;text-align:left}' +
  '.icon button{justify-content:center;padding:0}.icon .sign{margin:0}.in-flow{position:static;width:-moz-fit-content;width:fit-content;margin:8px}.unplaced{visibility:hidden}[hidden]{display:none!important}' +
  '.unseen,.icon .words{position:absolute;top:0;left:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}' +
  '@media print{:host{display:none!important}}' +
  '@media (forced-colors:active){.sign{border-color:CanvasText!important}progress,progress::-webkit-progress-bar{background:Canvas}progress::-webkit-progress-value{background:Highlight;forced-color-adjust:none}progress::-moz-progress-bar{background:Highlight;forced-color-adjust:none}}';
var host, parts, isPlain = false, tone = '', tabText = '';

function make(name, className, parent, text) {
  var made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}

function button(parent, onClick) {
  var made = make('button', '', parent);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

function write(part, text) {
  part.hidden = !text;
  if (part.textContent !== text) part.textContent = text || '';
}

// A sheet that is made is not an inline style. A browser that makes none gets a plain bar.
function style(root) {
  try {
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
  } catch (tooOld) {
    var own = { position: 'fixed', left: 0, right: 0, bottom: 0, zIndex: 2147483647, background: '#23282e', color: '#f6f4ef', padding: '10px', font: '15px sans-serif' };
    for (var name in own) host.style[name] = own[name];
    isPlain = true;
  }
}

function build() {
  host = document.createElement('proxyguard-banner');
  host.lang = lang;
  var root = host.attachShadow({ mode: 'closed' });
  var bar = make('div', '', root), inner = make('div', 'in', bar), text = make('div', 'text', inner);
  bar.setAttribute('role', 'region');
  bar.setAttribute('aria-label', texts['banner.label']);
  parts = { root: root, bar: bar, text: text, head: make('p', 'head', text), room: make('div', '', root) };
  make('span', 'sign', parts.head).setAttribute('aria-hidden', 'true');
  parts.headline = make('span', '', parts.head);
  parts.cause = make('p', '', text);
  parts.said = make('p', 'said', text);
  parts.kept = make('p', '', text);
  parts.times = make('p', 'quiet', text);
  parts.way = make('div', 'way', text);
  parts.progress = make('progress', '', parts.way);
  parts.progress.max = 100;
  parts.progress.setAttribute('aria-label', texts['progress.label']);
  parts.going = make('span', '', parts.way);
  buildControls(make('div', 'does', inner));
  // Must be there before anything is said in it, and outside of what may be hidden.
  parts.live = make('div', 'unseen', root);
  parts.live.setAttribute('role', 'status');
  parts.live.setAttribute('aria-atomic', 'true');
  bar.addEventListener('keydown', function (event) { if (event.key === 'Escape' && !now.isTab) collapse(true); });
  style(root);
  dress(now, 0);
}

// One button collapses and opens: who pressed it keeps the focus.
function buildControls(does) {
  parts.link = make('a', '', does, texts['status.link']);
  parts.link.href = ORIGIN + PREFIX + (pageLang ? '?lang=' + pageLang : '');
  parts.pause = button(does, function () { pause(!isPaused); });
  parts.pause.textContent = texts['live.pause'];
  parts.toggle = button(does, function () { collapse(!now.isTab); });
  parts.sign = make('span', 'sign', parts.toggle);
  parts.sign.setAttribute('aria-hidden', 'true');
  parts.words = make('span', 'words', parts.toggle);
}

// Bar or tab: the same parts, all of them or the one button.
function dress(spot, up) {
  parts.bar.className = 'bar ' + spot.look + ' ' + tone;
  parts.bar.style.bottom = up ? up + 'px' : '';
  parts.text.hidden = Boolean(spot.isTab);
  parts.link.hidden = Boolean(spot.isTab);
  parts.pause.hidden = Boolean(spot.isTab || isOver);
  parts.sign.hidden = !spot.isTab;
  write(parts.words, spot.isTab ? tabText : texts['banner.less']);
  parts.toggle.setAttribute('aria-expanded', String(!spot.isTab));
}

function isInUse() {
  var active = parts.root.activeElement;
  return Boolean(active && active !== parts.toggle);
}
