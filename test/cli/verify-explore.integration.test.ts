import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startForklift } from './built-forklift';
import { TEA_SERVER } from './tea-server';
import { useTemporaryFolder } from './temporary-folder';

describe('forklift verify without requests', () => {
  const folder = useTemporaryFolder();

  async function verify(left: string, right: string, ...args: string[]) {
    const sides = ['--left', left, '--right', right];
    const running = startForklift(['verify', folder.path(), ...args, ...sides]);
    return { code: await running.ended, output: running.output() };
  }

  it('makes up requests for the routes of both sides when there is no input at all', async () => {
    await folder.write({ 'old.cjs': TEA_SERVER, 'new.cjs': TEA_SERVER });
    const json = join(folder.path(), 'report.json');
    const { code, output } = await verify('node old.cjs a', 'node new.cjs b', '--json', json);
    expect(output).to.match(/^= 200 {5}GET \/api\/tea\/pots \(as user\) /m);
    expect(output).to.match(/^= 200 {5}GET \/api\/tea\/pots\/7 \(as user\) /m);
    expect(output).to.match(/^= 200 {5}GET \/api\/tea\/pots\/7 {2}/m);
    expect(output).to.match(/^∅ 200\/404 GET \/only\/a /m);
    expect(output).not.to.include('GET /only/b (');
    expect(output).to.include(`
3 of 6 routes exercised
    1 not: no answer had a value for :colour (GET /api/tea/leaves/:colour)
    1 not: it changes something (POST /api/tea/pots)
    1 not: the left side does not have it (GET /only/b)
1 only on the old side
    GET /only/a
1 only on the new side
    GET /only/b
`);
    expect(code).to.equal(1);
    const { coverage } = JSON.parse(await readFile(json, 'utf8'));
    expect(coverage.known).to.eql({ left: true, right: true });
    expect(coverage.routes[1]).to.eql({
      method: 'GET',
      path: '/api/tea/pots/:potId',
      left: true,
      right: true,
      verdicts: { matched: 2, ignored: 0, mismatched: 0, missing: 0 },
    });
  });

  it('does not call two backends equal that show no routes', async () => {
    const listen = '.listen(process.env.APP_CONFIG_backend_listen_port)';
    await folder.write({
      'bare.cjs': `require('http').createServer((req, res) => res.end())${listen};`,
    });
    const { code, output } = await verify('node bare.cjs', 'node bare.cjs');
    expect(output).to.include('Nothing was compared: neither backend shows a route of express');
    expect(output).not.to.include('EQUAL');
    expect(code).to.equal(2);
  });

  it('loads scenarios in TypeScript that import this package', async () => {
    await folder.write({
      'server.cjs': TEA_SERVER,
      'pots.ts': `
        import { defineScenario } from 'backstage-forklift/parity';
        export default defineScenario({ name: 'pots', requests: ['GET /api/tea/pots'] });
      `,
    });
    const command = 'node server.cjs a';
    const scenario = ['--requests', join(folder.path(), 'pots.ts')];
    const { code, output } = await verify(command, command, ...scenario);
    expect(output).to.include('1 of 5 routes exercised');
    expect(code, output).to.equal(0);
  });

  it('sends recorded requests that change something only where each side has databases of its own', async () => {
    const entry = { request: { method: 'POST', url: 'http://old/api/tea/pots', headers: [] } };
    await folder.write({
      'server.cjs': TEA_SERVER,
      'recorded.har': JSON.stringify({ log: { entries: [entry] } }),
    });
    const command = 'node server.cjs a';
    const recorded = ['--requests', join(folder.path(), 'recorded.har')];
    const without = await verify(command, command, ...recorded);
    expect(without.output).to.include('1 recorded requests that change something were not sent');
    expect(without.output).to.include('error: Nothing was compared: no request may be sent.');
    expect(without.code).to.equal(2);
    const own = await verify(command, command, ...recorded, '--database', 'sqlite');
    expect(own.output).to.match(/^= 201 {5}POST \/api\/tea\/pots /m);
  });
});
