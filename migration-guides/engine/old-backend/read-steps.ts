import { ts } from 'ts-morph';
import { identifiersIn, referencesTo, symbolOf } from '../bindings';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';
import type { BuilderOption, Environment, Mount, Role, Step } from './old-backend';
import { readMountTable, type MountTable } from './mount-table';
import { argumentAt, findMountHelper, helperStatement } from './mount-helper';
import { isPath, joinPath, variablePath } from './mount-path';
import { leavesFunction, nestedStatements } from './nested-statements';
import { onlyLogs } from './only-logs';
import { rootCallee, type Roles } from './roles';

/** What the new backend has nothing like: code of the project must not reach into it. */
const OLD_ONLY = new Set<Role['kind']>(['router', 'createEnv', 'service', 'made', 'token-check']);

/** Reads what each statement of main() does. */
export class StepReader {
  readonly #module: ParsedModule;
  readonly #roles: Roles;
  /** Where each router hangs below the server's root. */
  readonly #prefixes = new Map<ts.Symbol, string>();
  /** Declarations of lists that a loop mounts. */
  readonly #lists = new Set<ts.Statement>();
  /** Declarations of functions that only mount what they are given. */
  readonly helpers = new Set<ts.Node>();

  constructor(module: ParsedModule, roles: Roles) {
    this.#module = module;
    this.#roles = roles;
  }

  read(statements: readonly ts.Statement[]): Step[] {
    this.#learn(statements);
    statements.forEach(statement => this.#findPrefixes(statement));
    statements.forEach(statement => this.#findHelpers(statement));
    const tables = this.#tablesIn(statements);
    return statements.flatMap(statement => {
      if (ts.isTryStatement(statement) && this.#isAroundStart(statement, statements)) {
        return this.#withoutTry(statement);
      }
      const table = tables.get(statement);
      if (table) return this.#mountsOf(table);
      return this.#lists.has(statement)
        ? [{ kind: 'setup', node: statement }]
        : [this.#step(statement)];
    });
  }

  /** Loops that mount what is in a list, by their statements. */
  #tablesIn(statements: readonly ts.Statement[]): Map<ts.Statement, MountTable> {
    const found = new Map<ts.Statement, MountTable>();
    for (const statement of statements) {
      const table = readMountTable(this.#module, statement);
      if (!table || this.#roles.of(table.router)?.kind !== 'router') continue;
      found.set(statement, table);
      this.#lists.add(table.declaration);
    }
    return found;
  }

  #mountsOf({ router, rows }: MountTable): Step[] {
    const prefix = this.#prefixOf(router) ?? '/api';
    return rows.map(({ node, path, handler }) => {
      const address = ts.isStringLiteralLike(path) ? joinPath(prefix, path.text) : undefined;
      return { kind: 'mount', node, mount: this.#mount(node, address, [handler]) };
    });
  }

  /** `try { const service = createServiceBuilder(module)...; await service.start(); } catch { ... }` */
  #isAroundStart(node: ts.TryStatement, around: readonly ts.Statement[]): boolean {
    const { statements } = node.tryBlock;
    const isStart = (each: ts.Statement): boolean =>
      ts.isVariableStatement(each) && this.#variables(each).kind === 'service';
    const outside = around.filter(each => each !== node).flatMap(namesDeclaredBy);
    const clashes = statements.flatMap(namesDeclaredBy).some(each => outside.includes(each));
    return !node.finallyBlock && !clashes && statements.some(isStart);
  }

  #withoutTry({ tryBlock, catchClause }: ts.TryStatement): Step[] {
    const reason =
      'left out: a backend that fails to start says why and ends its process by itself';
    const steps = tryBlock.statements.map(each => this.#step(each));
    return catchClause ? [...steps, { kind: 'setup', node: catchClause.block, reason }] : steps;
  }

  /** Variables are learned first, everywhere: a router may be mounted before it is filled. */
  #learn(nodes: readonly ts.Node[]): void {
    const visit = (node: ts.Node): void => {
      if (ts.isVariableDeclaration(node)) this.#roles.learn(node);
      ts.forEachChild(node, visit);
    };
    nodes.forEach(visit);
  }

  #findPrefixes(node: ts.Node): void {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const [path, router] = node.arguments;
      const method = node.expression.name.text;
      if (router && ts.isStringLiteralLike(path) && this.#roles.of(router)?.kind === 'router') {
        const parent = this.#roles.of(node.expression.expression);
        if (method === 'addRouter') this.#setPrefix(router, path.text);
        else if (method === 'use' && parent?.kind === 'router') {
          const above = this.#prefixOf(node.expression.expression) ?? '/api';
          this.#setPrefix(router, above + path.text);
        }
      }
    }
    ts.forEachChild(node, child => this.#findPrefixes(child));
  }

  #findHelpers(node: ts.Node): void {
    if (ts.isCallExpression(node) && findMountHelper(this.#module, node.expression)) {
      const declaration = helperStatement(this.#module, node.expression);
      if (declaration) this.helpers.add(declaration);
    }
    ts.forEachChild(node, child => this.#findHelpers(child));
  }

  #setPrefix(router: ts.Expression, prefix: string): void {
    const symbol = ts.isIdentifier(router) && symbolOf(this.#module, router);
    if (symbol) this.#prefixes.set(symbol, prefix);
  }

  #prefixOf(router: ts.Expression): string | undefined {
    const symbol = ts.isIdentifier(router) ? symbolOf(this.#module, router) : undefined;
    return symbol && this.#prefixes.get(symbol);
  }

  #step(node: ts.Statement): Step {
    if (this.helpers.has(node)) return { kind: 'setup', node };
    if (ts.isVariableStatement(node)) return this.#variables(node);
    if (ts.isExpressionStatement(node)) return this.#expression(node);
    if (ts.isReturnStatement(node) && node.expression) {
      const service = this.#service(node, node.expression);
      if (service) return service;
    }
    const inner = nestedStatements(node);
    const steps = inner.map(each => this.#step(each));
    if (steps.every(step => step.kind === 'own')) return this.#ownOrUnknown(node);
    return steps.every(step => step.kind === 'setup')
      ? { kind: 'setup', node }
      : { kind: 'branch', node, steps };
  }

  #variables(node: ts.VariableStatement): Step {
    const { declarations } = node.declarationList;
    this.#forgetSharedRouters(declarations);
    const known = declarations.filter(each => {
      const name = ts.isIdentifier(each.name) ? each.name : firstName(each.name);
      return this.#roles.of(name) !== undefined;
    });
    if (known.length === 0) return this.#ownOrUnknown(node);
    if (known.length < declarations.length) {
      return { kind: 'unknown', node, reason: 'declares parts of the old set-up next to others' };
    }
    const [first] = declarations;
    const service = first.initializer && this.#service(node, first.initializer);
    return service ?? { kind: 'setup', node };
  }

  /** A router that is made for more than one mount is a value of the project's own. */
  #forgetSharedRouters(declarations: readonly ts.VariableDeclaration[]): void {
    for (const { name } of declarations) {
      if (!ts.isIdentifier(name) || this.#roles.of(name)?.kind !== 'made') continue;
      const uses = referencesTo(this.#module, name);
      const isMounted = uses.length === 1 && ts.isCallExpression(uses[0].parent);
      const symbol = symbolOf(this.#module, name);
      if (!isMounted && symbol) this.#roles.bySymbol.delete(symbol);
    }
  }

  #expression(node: ts.ExpressionStatement): Step {
    const service = this.#service(node, node.expression);
    if (service) return service;
    const call = unwrap(node.expression);
    const helped = ts.isCallExpression(call) ? this.#helperCall(node, call) : undefined;
    if (helped) return helped;
    if (
      !ts.isCallExpression(call) ||
      !ts.isPropertyAccessExpression(call.expression) ||
      this.#roles.of(call.expression.expression)?.kind !== 'router'
    ) {
      return this.#ownOrUnknown(node);
    }
    if (call.expression.name.text !== 'use') {
      return { kind: 'unknown', node, reason: `calls ${call.expression.name.text} on a router` };
    }
    return this.#use(node, call);
  }

  /** A call of a helper is the mount that the helper makes of it. */
  #helperCall(node: ts.Statement, call: ts.CallExpression): Step | undefined {
    const helper = findMountHelper(this.#module, call.expression);
    if (!helper) return undefined;
    const unknown: Step = { kind: 'unknown', node, reason: 'mounts what is not known before' };
    if (helper.kind === 'router') {
      const path = argumentAt(call, helper.path);
      const handler = argumentAt(call, helper.handler);
      if (!path || !handler || !ts.isStringLiteralLike(path)) return unknown;
      if (this.#roles.of(handler)?.kind === 'router') return { kind: 'setup', node };
      const mount = this.#mount(call, path.text, [handler]);
      return { kind: 'service', node, mounts: [mount], options: [] };
    }
    const id = argumentAt(call, helper.id);
    const router = argumentAt(call, helper.router);
    if (!id || !router || !ts.isStringLiteralLike(id)) return unknown;
    const environments = [{ id: id.text }];
    const mount = { node, path: `/api/${id.text}`, handlers: [router], environments };
    return { kind: 'mount', node, mount: { ...mount, isFactory: true } };
  }

  #use(node: ts.Statement, call: ts.CallExpression): Step {
    const router = (call.expression as ts.PropertyAccessExpression).expression;
    const prefix = this.#prefixOf(router) ?? '/api';
    const given = call.arguments.filter(each => this.#roles.of(each)?.kind !== 'token-check');
    const [first, ...rest] = given;
    const isTokenCheck =
      given.length < call.arguments.length && !rest.length && first && isPath(first);
    if (!first || isTokenCheck) return { kind: 'setup', node };
    const handlers = [first, ...rest];
    if (handlers.every(each => this.#isNotFoundHandler(each))) return { kind: 'setup', node };
    if (isPath(first)) {
      if (rest.length === 1 && this.#roles.of(rest[0])?.kind === 'router') {
        return { kind: 'setup', node };
      }
      const path = ts.isStringLiteralLike(first) ? joinPath(prefix, first.text) : undefined;
      const mount = this.#mount(node, path, rest);
      const computedId = prefix === '/api' ? variablePath(first) : undefined;
      return { kind: 'mount', node, mount: computedId ? { ...mount, computedId } : mount };
    }
    return { kind: 'middleware', node, mount: this.#mount(node, prefix, handlers) };
  }

  #mount(node: ts.Node, path: string | undefined, given: readonly ts.Expression[]): Mount {
    const handlers = given.map(each => {
      const role = this.#roles.of(each);
      return role?.kind === 'made' ? role.expression : each;
    });
    return { node, path, handlers, environments: this.#environmentsIn(handlers) };
  }

  #environmentsIn(nodes: readonly ts.Node[]): Environment[] {
    const found = new Map<string, Environment>();
    const visit = (node: ts.Node): void => {
      const environment = ts.isExpression(node) && this.#roles.environmentOf(node);
      if (environment) found.set(environment.id, environment);
      else ts.forEachChild(node, visit);
    };
    nodes.forEach(visit);
    return [...found.values()];
  }

  #isNotFoundHandler(handler: ts.Expression): boolean {
    const inner = unwrap(handler);
    return (
      ts.isCallExpression(inner) && this.#roles.importedAs(inner.expression) === 'notFoundHandler'
    );
  }

  /** The calls made on the builder by one statement, if it makes any. */
  #service(node: ts.Statement, expression: ts.Expression): Step | undefined {
    const calls = this.#builderCalls(expression);
    if (!calls) return undefined;
    const mounts: Mount[] = [];
    const options: BuilderOption[] = [];
    for (const call of calls) {
      const name = (call.expression as ts.PropertyAccessExpression).name.text;
      const [path, handler] = call.arguments;
      if (name === 'addRouter') {
        if (handler && this.#roles.of(handler)?.kind === 'router') continue;
        const text = path && ts.isStringLiteralLike(path) ? path.text : undefined;
        mounts.push(this.#mount(call, text, handler ? [handler] : []));
      } else if (!['loadConfig', 'start', 'catch', 'then', 'finally'].includes(name)) {
        options.push({ name, call });
      }
    }
    return { kind: 'service', node, mounts, options };
  }

  #builderCalls(expression: ts.Expression): ts.CallExpression[] | undefined {
    const calls: ts.CallExpression[] = [];
    let current = unwrap(expression);
    while (ts.isCallExpression(current) && ts.isPropertyAccessExpression(current.expression)) {
      calls.unshift(current);
      current = unwrap(current.expression.expression);
    }
    const isBuilder = ts.isCallExpression(current)
      ? rootCallee(current, callee => this.#roles.importedAs(callee) === 'createServiceBuilder')
      : this.#roles.of(current)?.kind === 'service';
    return isBuilder ? calls : undefined;
  }

  /** A statement of the project's own must not reach into routers, createEnv or the builder. */
  #ownOrUnknown(node: ts.Statement): Step {
    if (leavesFunction(node)) return { kind: 'unknown', node, reason: 'leaves main() early' };
    const touched = identifiersIn(node).find(each => {
      const kind = this.#roles.of(each)?.kind;
      return kind !== undefined && OLD_ONLY.has(kind);
    });
    if (!touched) return { kind: 'own', node };
    if (onlyLogs(node)) {
      return { kind: 'setup', node, reason: `left out: it only logs what ${touched.text} is` };
    }
    const reason =
      this.#roles.of(touched)?.kind === 'createEnv'
        ? 'makes an environment that is not for a plugin alone'
        : `hands ${touched.text} to code that is not understood`;
    return { kind: 'unknown', node, reason };
  }
}

function namesDeclaredBy(statement: ts.Statement): string[] {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.map(each => each.name.getText());
}

function firstName(name: ts.BindingName): ts.Identifier | undefined {
  if (ts.isIdentifier(name)) return name;
  const [element] = name.elements;
  return element && ts.isBindingElement(element) ? firstName(element.name) : undefined;
}
