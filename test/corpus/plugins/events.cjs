const { HttpPostIngressEventPublisher } = require('@backstage/plugin-events-backend');
const { Router } = require('express');

exports.default = async env => {
  const router = Router();
  HttpPostIngressEventPublisher.fromConfig({
    config: env.config,
    events: env.events,
    logger: env.logger,
    ingresses: { hooks: {} },
  }).bind(router);
  let received;
  env.eventBroker.subscribe({
    supportsEventTopics: () => ['hooks'],
    onEvent: async event => void (received = event.eventPayload),
  });
  return router.get('/received', (_req, res) => res.json({ received }));
};
exports.requests = [{ path: '/http/hooks', method: 'POST', body: { pushed: 'main' } }, '/received'];
