import sinon from 'sinon';
import { registerMswTestHooks } from 'backstage-forklift/testing';

describe('registerMswTestHooks', () => {
  const worker = { listen: sinon.spy(), resetHandlers: sinon.spy(), close: sinon.spy() };

  describe('while tests run', () => {
    registerMswTestHooks(worker);

    it('refuses requests that the mock server does not know', () => {
      sinon.assert.calledOnceWithExactly(worker.listen, { onUnhandledRequest: 'error' });
      sinon.assert.notCalled(worker.resetHandlers);
    });

    it('forgets what a test has set up', () => {
      sinon.assert.calledOnce(worker.resetHandlers);
      sinon.assert.notCalled(worker.close);
    });
  });

  describe('afterwards', () => {
    it('closes the mock server', () => {
      sinon.assert.calledOnce(worker.close);
    });
  });
});
