import { Server } from 'node:net';
import sinon from 'sinon';
import { createBackend } from 'backstage-forklift';
import { mockServices } from 'backstage-forklift/testing';

/** What became of a backend with nothing but a configuration, which is stopped again. */
export async function startWithConfig(
  data: any,
): Promise<{ error?: Error; warnings: string[]; listened: boolean }> {
  const logger = mockServices.rootLogger.mock();
  logger.child.returns(logger);
  const listen = sinon.spy(Server.prototype, 'listen');
  const backend = createBackend();
  backend.add(mockServices.rootConfig.factory({ data }));
  const checksLogger = data.backend?.logger !== undefined;
  if (!checksLogger) {
    backend.add(logger.factory);
  }
  try {
    const error = await backend.start().then(
      () => undefined,
      thrown => thrown,
    );
    const warnings = logger.warn.args.map(([message]) => message);
    return { error, warnings, listened: listen.called };
  } finally {
    sinon.restore();
    await backend.stop();
  }
}
