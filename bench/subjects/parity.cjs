// One measurement of the harness, in a process of its own: what it took, and the most memory it held.
const parity = require('backstage-forklift/parity');

const measurements = {
  /** Recorded requests against two backends. */
  async replay(har, leftUrl, rightUrl, concurrency) {
    const report = await parity.runParity({
      left: parity.urlSubject('left', leftUrl),
      right: parity.urlSubject('right', rightUrl),
      requests: parity.readHarFile(har),
      concurrency: Number(concurrency),
    });
    if (!report.equal) {
      throw new Error(`the two backends differ: ${parity.formatVerdict(report)}`);
    }
    return report.results.length;
  },

  /** Reading a recording. */
  async read(har) {
    const requests = parity.readHarFile(har);
    let count = 0;
    while (!(await requests.next()).done) {
      count += 1;
    }
    return count;
  },

  /** One pair of large answers, which differ in one value in the middle. */
  async compare(bytes) {
    const count = Math.round(Number(bytes) / 200);
    const items = Array.from({ length: count }, (_, i) => ({
      id: `item-${i}`,
      name: `The ${i}th item of a long list`,
      tags: ['one', 'two', 'three'],
      owner: { kind: 'Group', namespace: 'default', name: `team-${i % 100}` },
      size: i * 1.5,
    }));
    const answer = () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(items)),
      duration: 0,
    });
    const left = answer();
    items[count >> 1].size += 1;
    const right = answer();
    begin = performance.now();
    const found = parity.compareResponses(left, right, () => false).filter(isInBody);
    if (found.length !== 1 || found[0].path !== `$[${count >> 1}].size`) {
      throw new Error(`expected one difference, found ${JSON.stringify(found).slice(0, 500)}`);
    }
    return left.body.length;
  },
};

const isInBody = ({ part }) => part === 'body';
const [what, ...args] = process.argv.slice(2);
let begin = performance.now();
void measurements[what](...args).then(count => {
  const seconds = (performance.now() - begin) / 1000;
  process.send({ count, seconds, peakMb: process.resourceUsage().maxRSS / 1024 });
});
