// Numbers, durations and moments as members read them: says what Phrases.cs says, and a test compares the two.
// ES5 throughout: it is put in front of the banner's and the pages' scripts, and must not break a browser that skips those.
function phrasesOf(texts, lang) {
  function say(key, values) {
    return texts[key].replace(/\{([a-z]+)\}/g, function (all, name) { return values[name]; });
  }

  function number(value, digits) {
    return value.toFixed(digits).replace('.', texts['number.decimal']);
  }

  function percent(value) {
    return say('number.percent', { number: number(Math.floor(value * 10) / 10, value >= 100 ? 0 : 1) });
  }

  function mega(value, digits) {
    return say('bytes.mega', { number: number(value, digits) });
  }

  function bytes(value) {
    var amount = value / 1e6;
    if (amount === 0) return mega(0, 0);
    if (amount < 0.1) return say('bytes.little', { amount: mega(0.1, 1) });
    if (amount < 10) return mega(amount, 1);
    if (amount < 1000) return mega(amount, 0);
    return say('bytes.giga', { number: number(amount / 1000, 1) });
  }

  function rate(value) {
    return say('bytes.rate', { amount: bytes(value) });
  }

  function rounded(seconds, round) {
    var minutes = seconds / 60, step = minutes > 20 ? 5 : 1;
    if (minutes <= 120) return { number: Math.max(1, round(minutes / step)) * step, unit: 'minutes' };
    if (minutes <= 48 * 60) return { number: round(minutes / 60), unit: 'hours' };
    return { number: round(minutes / (24 * 60)), unit: 'days' };
  }

  function amount(of) {
    return say(of.unit + (of.number === 1 ? '.one' : '.other'), { number: of.number });
  }

  function duration(seconds) {
    return seconds < 60 ? texts['duration.short'] : say('duration.about', { amount: amount(rounded(seconds, Math.round)) });
  }

  function range(remaining) {
    if (remaining.high < 60) return texts['duration.short'];
    var high = rounded(remaining.high, Math.ceil);
    if (remaining.low < 60) return say('range.up-to', { high: amount(high) });
    var low = rounded(remaining.low, Math.floor), sameUnit = low.unit === high.unit;
    if (sameUnit && low.number === high.number) return say('duration.about', { amount: amount(high) });
    return say('range.between', { low: sameUnit ? low.number : amount(low), high: amount(high) });
  }

  // In the reader's own zone and habit: a Briton who reads English gets 17:40, an American 5:40 PM.
  function time(moment, now, named) {
    var at = new Date(moment), form = { hour: 'numeric', minute: '2-digit' }, own = navigator.language || lang;
    if (at.toDateString() !== new Date(now).toDateString()) { form.day = 'numeric'; form.month = 'long'; form.year = 'numeric'; }
    if (named) form.timeZoneName = 'short';
    return at.toLocaleString(own.slice(0, 2) === lang ? own : lang, form);
  }

  return { say: say, percent: percent, bytes: bytes, rate: rate, duration: duration, range: range, time: time };
}

// Milliseconds until the next try after that many failures in a row: 5 seconds, doubled each time up to 40, and spread from half to one and a half of that, so that
// thousands of pages that lost us together do not come back together.
function pauseAfter(failures, dice) {
  return 5000 * Math.pow(2, Math.min(failures, 3)) * (0.5 + dice);
}
