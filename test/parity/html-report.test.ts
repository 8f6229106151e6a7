import { expect } from 'chai';
import { formatHtmlReport, type ParityReport, type ParityResult } from 'backstage-forklift/parity';
import { sampleResult } from './sample-result';

function page(fields: Partial<ParityReport>, ...results: ParityResult[]): string {
  return formatHtmlReport({
    left: 'old',
    right: 'new',
    began: '2024-05-01T10:00:00.000Z',
    equal: false,
    results,
    ...fields,
  });
}

describe('formatHtmlReport', () => {
  const mismatch = sampleResult('/api/tea/2', {
    verdict: 'mismatched',
    differences: [
      { part: 'body', path: '$.name', left: 'green <tea>', right: 'black <tea>' },
      {
        part: 'body',
        path: '$.at',
        left: 1,
        right: undefined,
        ignored: { rule: 'noise', reason: 'another each time' },
      },
    ],
  });

  it('shows the verdict, the plugins, the latencies and each request', () => {
    const html = page({}, sampleResult('/api/coffee/1', {}), mismatch);
    expect(html).to.include('A client can tell the new backend from the old one.');
    expect(html).to.match(/\/api\/tea<\/code><\/th><td class="mismatched">1<\/td>/);
    expect(html).to.include('<td>5 ms</td>');
    expect(html).to.include('data-verdict="matched"');
    expect(html).to.include('GET /api/tea/2 (as user)');
    expect(html).to.include(
      '<code>&quot;<mark>green</mark> &lt;tea&gt;&quot;</code></td><td><code>&quot;<mark>black</mark>',
    );
    expect(html).to.include('<em>nothing</em>');
    expect(html).to.include('noise: another each time');
    expect(html).to.include(`curl -i -H &quot;authorization: Bearer $TOKEN&quot;`);
  });

  it('says when all is equal, and when a run was stopped', () => {
    expect(page({ equal: true })).to.include('A client cannot tell');
    expect(page({ stopped: 'Interrupted <by> SIGINT' })).to.include(
      'Stopped before the last request: Interrupted &lt;by&gt; SIGINT',
    );
  });

  it('loads nothing and runs nothing of what the backends answered', () => {
    const html = page(
      {},
      {
        ...mismatch,
        request: { ...mismatch.request, path: '/x"><script>alert(1)</script>' },
      },
    );
    expect(html).to.include(`content="default-src 'none'; style-src 'unsafe-inline'`);
    expect(html).to.not.match(/<(?:link|img|iframe)|\ssrc=|<script>alert|@import|url\(/);
  });
});
