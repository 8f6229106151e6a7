// The limit: express 4 with the open route of one plugin and nothing else.
const express = require('express');
const { reportReady } = require('./plugins.cjs');

const app = express();
const router = express.Router();
router.get('/open', (_req, res) => {
  res.json({ plugin: 0, items: ['a', 'b', 'c'] });
});
app.use('/api/p0', router);
app.listen(Number(process.env.APP_CONFIG_backend_listen_port), '127.0.0.1', reportReady);
