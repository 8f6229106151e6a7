import { expect } from 'chai';
import sinon from 'sinon';
import type { RootHealthReadinessCheck } from 'backstage-forklift';
import { startEdge, type Edge } from '../root-http-router/support/start-edge';

const READY = { status: 200, payload: { status: 'ok' } };
const notReady = (message: string) => ({ status: 503, payload: { status: 'error', message } });

describe('readiness', () => {
  let edge: Edge;
  afterEach(async () => {
    sinon.restore();
    await edge.stop();
  });

  async function start(checks: { [name in string]: RootHealthReadinessCheck }) {
    edge = await startEdge();
    for (const [name, check] of Object.entries(checks)) {
      edge.health.addReadinessCheck!(name, check);
    }
    return edge;
  }

  it('depends on the checks that plugins add', async () => {
    const database = sinon.stub().resolves();
    const { health, logger, url } = await start({ database, index: () => {} });
    expect(await health.getReadiness()).to.deep.equal(READY);

    database.rejects(new Error('connection lost'));
    const failing = notReady('Backend is not ready: database');
    expect(await health.getReadiness()).to.deep.equal(failing);
    const response = await fetch(`${url}/.backstage/health/v1/readiness`);
    expect(await response.json()).to.deep.equal(failing.payload);
    expect(logger.messages('warn')).to.deep.equal([
      "Readiness check 'database' fails, Error: connection lost",
    ]);

    database.resolves();
    expect(await health.getReadiness()).to.deep.equal(READY);
    expect(logger.messages('info')).to.include("Readiness check 'database' succeeds again");
  });

  it('fails when a check throws, and names every check that fails', async () => {
    const { health } = await start({
      search: () => {
        throw new Error('no');
      },
      catalog: () => Promise.reject(new Error('no')),
    });
    expect(await health.getReadiness()).to.deep.equal(
      notReady('Backend is not ready: catalog, search'),
    );
  });

  it('runs a check once for probes that come together', async () => {
    const check = sinon.stub().resolves();
    const { health } = await start({ check });
    await Promise.all([health.getReadiness(), health.getReadiness()]);
    sinon.assert.calledOnce(check);
    await health.getReadiness();
    sinon.assert.calledTwice(check);
  });

  it('fails when a check gives no answer', async () => {
    const { health } = await start({ stuck: () => new Promise(() => {}) });
    const clock = sinon.useFakeTimers();
    const readiness = health.getReadiness();
    await clock.tickAsync(3000);
    expect(await readiness).to.deep.equal(notReady('Backend is not ready: stuck'));
  });

  it('does not ask before the start and once the shutdown has begun', async () => {
    const check = sinon.spy();
    edge = await startEdge({ starting: true });
    edge.health.addReadinessCheck!('check', check);
    expect(await edge.health.getReadiness()).to.deep.equal(notReady('Backend has not started yet'));
    await edge.start();
    await edge.stopPlugins();
    expect(await edge.health.getReadiness()).to.deep.equal(notReady('Backend is shutting down'));
    sinon.assert.notCalled(check);
  });

  it('refuses two checks of one name', async () => {
    const { health } = await start({ same: () => {} });
    expect(() => health.addReadinessCheck!('same', () => {})).to.throw(
      "Readiness check 'same' is already registered",
    );
  });
});
