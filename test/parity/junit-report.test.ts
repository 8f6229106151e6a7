import { expect } from 'chai';
import { formatJUnitReport, type ParityReport, type ParityResult } from 'backstage-forklift/parity';
import { sampleResult } from './sample-result';

function report(...results: ParityResult[]): ParityReport {
  return { left: 'old', right: 'new', began: '2024-05-01T10:00:00.000Z', equal: true, results };
}

describe('formatJUnitReport', () => {
  it('has a test case for each request', () => {
    const explained = {
      part: 'body',
      path: '$.at',
      left: 1,
      right: 2,
      ignored: { rule: 'timestamp', reason: 'moments of this run' },
    } as const;
    const xml = formatJUnitReport(
      report(
        sampleResult('/api/tea/1?x', {}),
        sampleResult('/api/tea/2', { verdict: 'ignored', differences: [explained] }),
        sampleResult('/api/tea/3', {
          verdict: 'mismatched',
          differences: [{ part: 'status', path: 'status', left: 200, right: 500 }],
        }),
      ),
    );
    expect(xml.split('\n')).to.deep.equal([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites><testsuite name="new backend against old backend" tests="3" failures="1" timestamp="2024-05-01T10:00:00.000Z" time="0.036">',
      '<testcase classname="/api/tea" name="GET /api/tea/1?x (as user)" time="0.012"></testcase>',
      '<testcase classname="/api/tea" name="GET /api/tea/2 (as user)" time="0.012"><system-out>ignored timestamp: $.at (moments of this run)</system-out></testcase>',
      '<testcase classname="/api/tea" name="GET /api/tea/3 (as user)" time="0.012"><failure type="mismatched" message="status status: 200 -&gt; 500">status status: 200 -&gt; 500</failure></testcase>',
      '</testsuite></testsuites>',
      '',
    ]);
  });

  it('fails where the run ended before the last request', () => {
    const stopped = 'the new backend ended with exit code 1';
    const xml = formatJUnitReport({ ...report(sampleResult('/a', {})), stopped });
    expect(xml).to.include(' tests="2" failures="0" errors="1" ');
    expect(xml).to.include(
      `<testcase classname="parity" name="all other requests"><error type="stopped" message="${stopped}"/></testcase>`,
    );
  });

  it('is XML whatever the answers hold', () => {
    const difference = { part: 'body', path: 'line 1', left: '<a b="&">', right: '\u0000\u001b' };
    const xml = formatJUnitReport(
      report(
        sampleResult('/<&"', {
          verdict: 'mismatched',
          differences: [difference as ParityResult['differences'][number]],
        }),
      ),
    );
    expect(xml).to.include('name="GET /&lt;&amp;&quot; (as user)"');
    expect(xml).to.include('&lt;a b=\\&quot;&amp;\\&quot;&gt;');
    expect(xml).to.not.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  });
});
