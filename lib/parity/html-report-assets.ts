/** Colours have a contrast of at least 4.5 to 1 in light and dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --text: #1a1a1a; --quiet: #5c5c5c; --ground: #fff; --line: #ddd;
  --bad: #b3261e; --good: #1b6b2b; --mild: #7a4f01; --left: #7b3fb5; --right: #0b6478; --mark: #ffe08a }
@media (prefers-color-scheme: dark) { :root { --text: #eee; --quiet: #aaa; --ground: #161616; --line: #3a3a3a;
  --bad: #ff8a80; --good: #81d393; --mild: #f0c060; --left: #cfa3ff; --right: #6fd0e6; --mark: #6b5200 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; color: var(--text); background: var(--ground);
  font: 1rem/1.45 system-ui, sans-serif }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem }
.verdict { font-size: 1.2rem; font-weight: bold } .quiet, .quiet code, small { color: var(--quiet) }
.good, .matched { color: var(--good) } .bad, .mismatched, .missing { color: var(--bad) } .ignored { color: var(--mild) }
.wide { overflow-x: auto }
table { border-collapse: collapse } th, td { padding: .3rem 1rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
th[scope=row] { font-weight: normal } .narrow th, .timeline th { white-space: nowrap }
.narrow code, .timeline code { white-space: nowrap }
.sides { width: 100%; table-layout: fixed; min-width: 36rem } .sides th:first-child { width: 30% }
code, pre { font: .875rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap }
mark { background: var(--mark); color: inherit }
.result { border-bottom: 1px solid var(--line); padding: .4rem 0 } .result:not(details) { padding-left: 1.1rem }
summary { cursor: pointer } .mark { font-weight: bold; display: inline-block; width: 1.2em; text-align: center }
.status { display: inline-block; min-width: 2.5em }
.repeat { background: color-mix(in srgb, var(--line) 40%, transparent); padding: .5rem; margin: .5rem 0 }
#filters { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; margin-bottom: 1rem }
fieldset { border: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 }
label { display: inline-block; min-height: 1.6rem } input[type=search] { font: inherit; width: 16rem; max-width: 100% }
:focus-visible { outline: 3px solid var(--right); outline-offset: 2px }
[hidden] { display: none }
.plot { width: 100%; max-width: 40rem; margin-top: 1rem } .plot text { font-size: 11px; fill: var(--quiet) }
.plot line { stroke: var(--line) } .plot polyline { fill: none; stroke-width: 2 }
.plot .left { stroke: var(--left); stroke-dasharray: 6 3 } .plot .right { stroke: var(--right) }
.key { display: inline-block; width: 1.5em; border-top: 3px solid var(--right); vertical-align: middle }
.key.left { border-top: 3px dashed var(--left) } .key.waiting { border-top-color: var(--line) }
.timeline { width: 100% } .timeline td { white-space: nowrap } .timeline .bars { width: 50%; min-width: 10rem; padding-right: 0 }
.timeline .bars div { position: relative; height: 1.2em } .timeline i { position: absolute; top: 0; bottom: 0; min-width: 1px }
.timeline .waiting { background: var(--line) } .timeline .taking { background: var(--right) }
.timeline .service th, .timeline .module th { padding-left: 1rem }
.field { display: inline-block; width: .7rem; height: .7rem; margin: 0 2px 2px 0; border: 1px solid currentcolor; background: currentcolor; vertical-align: middle }
.field.untried { color: var(--quiet); background: none } .field.missing { background: none; border-style: dashed }
.legend span { white-space: nowrap; margin-right: 1rem } .coverage { border-bottom: 1px solid var(--line); padding: .4rem 0 }
.map { display: inline-block; margin-left: .5rem }
@media print { #filters { display: none } }
`;

/** Shows only the results that the filters let through. */
export const PAGE_SCRIPT = `
const form = document.getElementById('filters');
const results = [...document.querySelectorAll('.result')];
function filter() {
  const data = new FormData(form);
  const verdicts = data.getAll('verdict');
  const text = data.get('text').trim().toLowerCase();
  let shown = 0;
  for (const result of results) {
    const matches = verdicts.includes(result.dataset.verdict) && result.textContent.toLowerCase().includes(text);
    result.hidden = !matches;
    if (matches) shown++;
  }
  document.getElementById('none').hidden = shown > 0;
}
form.addEventListener('input', filter);
form.addEventListener('submit', event => event.preventDefault());
filter();
`;
