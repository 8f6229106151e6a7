const EXPRESS = JSON.stringify(require.resolve('express'));

/** The text of a backend with routes, one of them `/only/<first argument>`. */
export const TEA_SERVER = `
  const { Router } = require(${EXPRESS});
  const tea = Router()
    .get('/pots', (req, res) => res.json({ items: [{ id: 7, name: 'black' }] }))
    .get('/pots/:potId', (req, res) =>
      res.status(req.params.potId === '7' ? 200 : 404).json({ name: 'black' }))
    .get('/leaves/:colour', (req, res) => res.json({}))
    .post('/pots', (req, res) => res.status(201).json({}));
  require(${EXPRESS})()
    .use('/api/tea', tea)
    .get('/only/' + process.argv[2], (req, res) => res.json({}))
    .listen(process.env.APP_CONFIG_backend_listen_port);
`;
