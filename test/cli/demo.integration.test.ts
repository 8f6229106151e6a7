import { expect } from 'chai';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startForklift } from './built-forklift';

describe('forklift demo', () => {
  let temporary: string;

  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'forklift-test-'));
  });

  afterEach(async () => {
    await rm(temporary, { recursive: true, force: true });
  });

  async function expectNothingLeft(output: string): Promise<void> {
    const left = (await readdir(temporary)).filter(name => name.startsWith('forklift'));
    expect(left, 'folders').to.deep.equal([]);
    const addresses = new Set(output.match(/http:\/\/localhost:\d+(?= after )/g));
    expect(addresses.size).to.equal(2);
    for (const address of addresses) {
      const answer = await fetch(address).catch(error => error.cause.code);
      expect(answer, address).to.equal('ECONNREFUSED');
    }
  }

  it('migrates the example, and no client can tell the difference', async () => {
    const began = Date.now();
    const demo = startForklift(['demo'], { TMPDIR: temporary });
    const code = await demo.ended;
    const output = demo.output();
    for (const command of ['scan', 'lift', 'convert proxy', 'convert feature', 'verify']) {
      expect(output).to.include(`\n$ forklift ${command}`);
    }
    const lines = output.match(/^[=~] \d{3} .*$/gm) ?? [];
    expect(lines.length).to.be.greaterThan(24);
    for (const plugin of ['catalog', 'proxy', 'todo', 'badges', 'feature-requests']) {
      expect(lines.filter(line => line.includes(`/api/${plugin}`))).to.have.length.above(4);
    }
    expect(output).to.match(/, 0 different, 0 missing\nEQUAL: /);
    expect(output).to.not.include('\u001b[');
    expect(code, output).to.equal(0);
    expect(Date.now() - began).to.be.lessThan(120_000);
    await expectNothingLeft(output);
  });

  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`leaves nothing behind when it is ended by ${signal}`, async () => {
      const demo = startForklift(['demo'], { TMPDIR: temporary });
      await demo.printed('The old backend answers');
      await demo.printed('The new backend answers');
      demo.child.kill(signal);
      expect(await demo.ended).to.equal(expected);
      expect(demo.output()).to.match(new RegExp(`error: Interrupted by ${signal}\n$`));
      await expectNothingLeft(demo.output());
    });
  }
});
