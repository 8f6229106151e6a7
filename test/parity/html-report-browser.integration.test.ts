import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { createBackend, createBackendPlugin } from 'backstage-forklift';
import { formatHtmlReport, runParity } from 'backstage-forklift/parity';
import { mockServices } from 'backstage-forklift/testing';
import { startTeaBackend, teaRequests } from './tea-backend';

const BROWSER = process.env.CHROME_BIN;
/** Without these it looks for its maker's hosts. */
const QUIET = ['--no-sandbox', '--disable-background-networking', '--disable-component-update'];

/** How a backend started, as it writes it to a file. */
async function startupTimeline() {
  const backend = createBackend();
  backend.add(
    mockServices.rootConfig.factory({
      data: { backend: { baseUrl: 'http://localhost', listen: { host: '127.0.0.1', port: 0 } } },
    }),
  );
  backend.add(mockServices.rootLogger.factory());
  backend.add(
    createBackendPlugin({
      pluginId: 'items',
      register: reg => reg.registerInit({ deps: {}, init: async () => {} }),
    }),
  );
  const { result } = await backend.start();
  await backend.stop();
  return JSON.parse(JSON.stringify(result));
}

/** The page of a comparison in which one answer is another. */
async function reportPage(): Promise<string> {
  const left = await startTeaBackend('old');
  const right = await startTeaBackend('new', {
    reply(reply, call) {
      if (call === 'GET /items/1') {
        reply.body.name += ' <script>document.title = "taken over"</script>';
      }
    },
  });
  try {
    const report = await runParity({ left, right, requests: teaRequests });
    const states = { '/items': 'forklifted', '/api/unused': 'native' };
    const verdicts = { matched: 0, ignored: 0, mismatched: 0, missing: 0 };
    const route = { method: 'GET', left: true, right: true, verdicts };
    const coverage = {
      known: { left: true, right: true },
      routes: [
        { ...route, path: '/items/:id', verdicts: { ...verdicts, matched: 1, mismatched: 2 } },
        { ...route, path: '/items/:id/cups', right: false, notExercised: 'no id is known' },
      ],
    };
    return formatHtmlReport({ ...report, coverage }, { states, startup: await startupTimeline() });
  } finally {
    await Promise.all([left.stop(), right.stop()]);
  }
}

describe('the report as a web page, in a browser', () => {
  let folder: string;
  let browser: Browser;

  before(async function startBrowser() {
    if (!BROWSER) {
      this.test!.parent!.title += ' (skipped: CHROME_BIN is not set)';
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'parity-report-'));
    await writeFile(join(folder, 'report.html'), await reportPage());
    browser = await chromium.launch({ executablePath: BROWSER, args: QUIET });
  });

  after(async () => {
    await browser?.close();
    if (folder) {
      await rm(folder, { recursive: true });
    }
  });

  async function open(options: BrowserContextOptions): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage(options);
    const problems: string[] = [];
    page.on('console', message => problems.push(message.text()));
    page.on('pageerror', error => problems.push(String(error)));
    page.on('request', request => {
      if (!request.isNavigationRequest()) {
        problems.push(`requests ${request.url()}`);
      }
    });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    return { page, problems };
  }

  const shownResults = (page: Page) => page.locator('.result:visible');

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no barrier that axe finds, in ${colorScheme}, and requests nothing`, async () => {
      const { page, problems } = await open({ colorScheme });
      // The page allows no scripts but its own; those of the debugger are exempt.
      await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
      const { violations, passes } = await page.evaluate<any>('axe.run()');
      const found = violations.map(({ id, nodes }: any) => `${id}: ${nodes[0].html}`);
      expect(found).to.deep.equal([]);
      expect(passes.map(({ id }: any) => id)).to.include('color-contrast');
      expect(problems).to.deep.equal([]);
      expect(await page.title()).to.equal('new backend against old backend');
    });
  }

  it('is filtered and unfolded by keyboard alone', async () => {
    const { page } = await open({});
    const all = await shownResults(page).count();
    expect(all).to.equal(teaRequests.length);
    const identical = page.getByRole('checkbox', { name: /identical/ });
    await press(page, 'Tab', () => identical.evaluate(box => box.matches(':focus')));
    await page.keyboard.press('Space');
    const others = await shownResults(page).count();
    expect(others).to.be.greaterThan(0).and.lessThan(all);
    await page.keyboard.press('Tab');
    await page.keyboard.type('darjeeling');
    expect(await shownResults(page).count()).to.equal(1);
    const details = page.locator('details.result:visible');
    expect(await details.locator('mark').first().textContent()).to.include('<script>');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await details.getAttribute('open')).to.equal(null);
  });

  it('fits a phone: only wide tables are scrolled sideways, by themselves', async () => {
    const { page } = await open({ viewport: { width: 375, height: 667 } });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).to.equal(375);
    const cell = page.locator('.narrow th code').first();
    expect((await cell.boundingBox())!.height).to.be.lessThan(30);
  });

  it('has a map of the routes, and unfolds it', async () => {
    const { page } = await open({});
    const group = page.locator('details.coverage');
    expect(await group.locator('.map .mismatched').count()).to.equal(1);
    expect(await group.locator('.map .untried').count()).to.equal(1);
    await group.locator('summary').press('Enter');
    const cups = page.getByRole('row', { name: 'GET /items/:id/cups' });
    expect(await cups.innerText()).to.match(
      /no request\s+0\s+only on the old side; no id is known/,
    );
  });

  it('shows how the migration and the start of the new backend went', async () => {
    const { page } = await open({});
    const unused = page.getByRole('row', { name: '/api/unused' });
    expect(await unused.innerText()).to.match(/native\s+0\s+0\s+0\s+0/);
    const items = page.locator('.timeline tr.plugin', { hasText: 'items' });
    const bars = items.locator('.bars div');
    const [bar, all] = [await items.locator('i.taking').boundingBox(), await bars.boundingBox()];
    expect(bar!.x).to.be.at.least(all!.x);
    expect(bar!.x + bar!.width).to.be.at.most(all!.x + all!.width + 2);
  });
});

/** Presses a key until something is so. */
async function press(page: Page, key: string, until: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 50; i++) {
    await page.keyboard.press(key);
    if (await until()) {
      return;
    }
  }
  throw new Error(`'${key}' did not lead there`);
}
