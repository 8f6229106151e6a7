const { Router } = require('express');

const ada = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { namespace: 'default', name: 'ada' },
  spec: { memberOf: [] },
};

/** The catalog of an old portal, which tells plugins who there is, and nobody else. */
exports.default = env =>
  Router().get('/entities/by-name/:kind/:namespace/:name', (req, res, next) => {
    const token = (req.headers.authorization ?? '').replace(/^Bearer /, '');
    env.tokenManager
      .authenticate(token)
      .then(() => (req.params.name === 'ada' ? res.json(ada) : res.sendStatus(404)), next);
  });
