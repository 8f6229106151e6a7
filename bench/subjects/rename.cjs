// A codemod for jscodeshift: renames what a file imports as Logger, wherever it stands.
module.exports = function rename({ source }, { jscodeshift: j }) {
  const root = j(source);
  if (root.find(j.ImportSpecifier, { imported: { name: 'Logger' } }).size() === 0) return undefined;
  root.find(j.Identifier, { name: 'Logger' }).forEach(({ node }) => {
    node.name = 'LoggerService';
  });
  return root.toSource();
};
