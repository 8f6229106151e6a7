import { ts } from 'ts-morph';
import { importOf, referencesTo, symbolOf, type ImportBinding } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { mockedService } from './mocked-service';
import type { PlainPlugin } from './plain-plugin';

/** A test file that makes a server of express for the router of a plugin. */
export interface OldSetUp {
  /** `const router = await createRouter(...)` and `app = express().use(router)`. */
  readonly statements: readonly [ts.Statement, ts.Statement];
  readonly app: string;
  /** What the variable of the server is declared as. */
  readonly type: ts.TypeNode;
  /** The paths of all requests. */
  readonly paths: readonly ts.Node[];
  /** The configuration that the router is given, when it is given some. */
  readonly config: ts.Expression | undefined;
  /** Declarations of what the test backend has by itself. */
  readonly obsolete: readonly ts.Statement[];
}

/** What a backend answers otherwise than a router by itself. */
const DIFFERENCES: readonly (readonly [obstacle: string, pattern: RegExp])[] = [
  ['its requests carry credentials', /authorization|bearer|cookie/i],
  ['it expects errors, which the backend answers in its own way', /\b[45]\d\d\b|toThrow|rejects/],
];

/** A set-up, or why a test keeps its own; undefined for files that have none. */
export function findOldSetUp(
  root: string,
  module: ParsedModule,
  plugin: PlainPlugin | undefined,
  hasPluginFile: boolean,
): OldSetUp | { readonly obstacle: string; readonly line: ts.Node } | undefined {
  const call = routerCall(module);
  if (!call) return undefined;
  const keep = (obstacle: string) => ({ obstacle, line: call });
  const imported = importOf(module, call.expression);
  if (!plugin) {
    return keep(
      hasPluginFile
        ? 'src/plugin.ts does more than to serve the router'
        : 'the package has no src/plugin.ts yet: forklift convert makes one',
    );
  }
  if (!imported || resolveModule(root, module.file, imported.module) !== plugin.router) {
    return keep('the router is not the one of src/plugin.ts');
  }
  const statements = serverStatements(call);
  if (!statements) return keep('the router is put into a server in another way');
  const config = mockedOptions(module, call, plugin);
  if (typeof config === 'string') return keep(config);
  const app = statements.app.text;
  const declaration = symbolOf(module, statements.app)?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.type) {
    return keep('the server has no type');
  }
  if (declaration.initializer) return keep('the server is made in more than one place');
  const difference = DIFFERENCES.find(([, pattern]) => pattern.test(module.text));
  if (difference) return keep(difference[0]);
  const paths = requestPaths(module, declaration.name as ts.Identifier, statements.app);
  if (!paths)
    return keep('the server is used for more than requests with a path that is written out');
  return {
    statements: [statements.router, statements.server],
    app,
    type: declaration.type,
    paths,
    ...config,
  };
}

/** The only call of an imported createRouter. */
function routerCall(module: ParsedModule): ts.CallExpression | undefined {
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isRouterOf(importOf(module, node.expression)))
      calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return calls.length === 1 ? calls[0] : undefined;
}

function isRouterOf(imported: ImportBinding | undefined): boolean {
  return imported?.imported === 'createRouter' && imported.module.startsWith('.');
}

function serverStatements(call: ts.CallExpression) {
  const router = ts.findAncestor(call, ts.isVariableStatement);
  const block = router?.parent;
  if (!router || !block || !ts.isBlock(block)) return undefined;
  const server = block.statements[block.statements.indexOf(router) + 1];
  const [{ name }] = router.declarationList.declarations;
  const match =
    server &&
    /^(\w+) = express\(\)\.use\((\w+)\);?$/.exec(server.getText().replaceAll(/\s*\n\s*/g, ''));
  if (!match || match[2] !== name.getText() || !ts.isExpressionStatement(server)) return undefined;
  const uses = block.getText().match(new RegExp(`\\b${match[2]}\\b`, 'g')) ?? [];
  const { expression } = server;
  return uses.length === 2 && ts.isBinaryExpression(expression) && ts.isIdentifier(expression.left)
    ? { router, server, app: expression.left }
    : undefined;
}

/** What the options are made of: mocks without behaviour, and a configuration. */
function mockedOptions(
  module: ParsedModule,
  { arguments: [options] }: ts.CallExpression,
  plugin: PlainPlugin,
): Pick<OldSetUp, 'config' | 'obsolete'> | string {
  const properties =
    options && ts.isObjectLiteralExpression(options) ? [...options.properties] : [];
  const names = properties.map(each => each.name?.getText() ?? '');
  const missing = [...plugin.options.keys()].find(each => !names.includes(each));
  if (missing) return `the router is not given the ${missing} that src/plugin.ts gives it`;
  let config: ts.Expression | undefined;
  const obsolete: ts.Statement[] = [];
  for (const each of properties) {
    const name = each.name?.getText() ?? '';
    const service = plugin.options.get(name);
    const value = ts.isPropertyAssignment(each) ? each.initializer : undefined;
    const mocked = value && service ? mockedService(module, service, value) : undefined;
    if (mocked) {
      obsolete.push(...mocked);
      continue;
    }
    const data = value && configData(module, value);
    if (service !== 'rootConfig' || !data) return `the router is given ${name} of the test's own`;
    config = data === 'none' ? undefined : data;
  }
  return { config, obsolete };
}

/** The data of `new ConfigReader(data)` or `mockServices.rootConfig({ data })`. */
function configData(
  module: ParsedModule,
  value: ts.Expression,
): ts.Expression | 'none' | undefined {
  if (ts.isNewExpression(value)) {
    if (importOf(module, value.expression)?.imported !== 'ConfigReader') return undefined;
    const [data, ...others] = value.arguments ?? [];
    if (others.length > 0) return undefined;
    return data && data.getText() !== '{}' ? data : 'none';
  }
  if (!ts.isCallExpression(value) || value.expression.getText() !== 'mockServices.rootConfig') {
    return undefined;
  }
  const [options] = value.arguments;
  if (!options) return 'none';
  const property = ts.isObjectLiteralExpression(options) ? options.properties[0] : undefined;
  return property && ts.isPropertyAssignment(property) && property.name.getText() === 'data'
    ? property.initializer
    : undefined;
}

/** The paths in `request(app).get('/path')`; undefined when the server is used otherwise. */
function requestPaths(
  module: ParsedModule,
  declared: ts.Identifier,
  assigned: ts.Identifier,
): ts.Node[] | undefined {
  const paths: ts.Node[] = [];
  for (const reference of referencesTo(module, declared)) {
    if (reference === assigned) continue;
    const call = reference.parent;
    if (!ts.isCallExpression(call) || call.arguments[0] !== reference) return undefined;
    if (importOf(module, call.expression)?.module !== 'supertest') return undefined;
    const method = call.parent;
    if (!ts.isPropertyAccessExpression(method) || !ts.isCallExpression(method.parent))
      return undefined;
    const [path] = method.parent.arguments;
    if (!path || !/^['"`]\//.test(path.getText())) return undefined;
    paths.push(path);
  }
  return paths.length > 0 ? paths : undefined;
}
