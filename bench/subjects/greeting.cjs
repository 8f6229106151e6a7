// One router for every kind of backend.

/** A router with an open route, as an old plugin makes it. */
exports.createGreetingRouter = function createGreetingRouter(express) {
  const router = express.Router();
  router.get('/open', (_req, res) => {
    res.json({ plugin: 'greeting', items: ['a', 'b', 'c'] });
  });
  return router;
};
