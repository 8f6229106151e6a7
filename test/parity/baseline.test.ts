import { expect } from 'chai';
import {
  baselineRules,
  parseBaseline,
  readBaseline,
  reviewBaseline,
  type ParityReport,
  type ParityRuleContext,
} from 'backstage-forklift/parity';

const request = { method: 'GET', path: '/api/tea/1?x', headers: {}, as: 'none' } as const;
const difference = { part: 'body', path: '$.items[0].name', left: 'a', right: 'b' } as const;
const report = {
  results: [{ request, verdict: 'mismatched', differences: [difference] }],
} as unknown as ParityReport;
const accepted = {
  request: 'GET /api/tea/*',
  path: '$.items[*].name',
  reason: 'names are longer',
  expires: '2026-03-31',
};
const lastMoment = Date.parse('2026-03-31T23:59:59Z');

describe('baseline', () => {
  it('explains accepted differences with their reason until the end of the day', () => {
    const [rule] = baselineRules([accepted], lastMoment);
    const context = { request } as unknown as ParityRuleContext;
    expect(rule.reason).to.equal('names are longer; accepted until 2026-03-31');
    expect(rule.explains(difference, context)).to.equal(true);
    expect(rule.explains({ ...difference, path: '$.items[0].id' }, context)).to.equal(false);
    const other = { request: { ...request, path: '/api/coffee' } } as unknown as ParityRuleContext;
    expect(rule.explains(difference, other)).to.equal(false);
    expect(baselineRules([accepted], lastMoment + 1_000)).to.eql([]);
  });

  it('tells which differences expired, and which are gone', () => {
    const gone = { ...accepted, path: 'status' };
    expect(reviewBaseline([accepted, gone], report, lastMoment)).to.eql({
      expired: [],
      unused: [gone],
    });
    expect(reviewBaseline([accepted], report, lastMoment + 1_000).expired).to.eql([accepted]);
  });

  it('reads YAML and JSON', () => {
    expect(parseBaseline(JSON.stringify({ accepted: [accepted] }), 'b.json')).to.eql([accepted]);
    expect(
      parseBaseline(
        'accepted:\n  - { request: GET /a, path: status, reason: moved, expires: 2026-03-31 }',
        'b.yaml',
      ),
    ).to.eql([{ request: 'GET /a', path: 'status', reason: 'moved', expires: '2026-03-31' }]);
  });

  const bad: Array<[text: string, message: string]> = [
    ['- a', "b.yaml:1:1: expected a mapping with a list 'accepted:'"],
    ['accepted: 5', "b.yaml:1:11: expected 'accepted:' to be a list"],
    ['accepted:\n  - GET /a', 'b.yaml:2:5: expected { request, path, reason, expires }'],
    ['accepted:\n  - { request: GET /a, path: status }', "b.yaml:2:5: expected 'reason: <text>'"],
    [
      'accepted:\n  - { request: a, path: b, reason: c, expires: soon }',
      "b.yaml:2:5: expected expires to be a day such as 2026-12-31, received 'soon'",
    ],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseBaseline(text, 'b.yaml'))
        .to.throw(message)
        .with.property('code', 'BASELINE_INVALID');
    });
  }

  it('names a file that cannot be read', async () => {
    const error = await readBaseline('nowhere.yaml').then(
      () => expect.fail('expected a rejection'),
      caught => caught,
    );
    expect(error.message).to.equal("Cannot read the baseline 'nowhere.yaml' (ENOENT)");
  });
});
