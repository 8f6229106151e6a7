import { ts } from 'ts-morph';
import type MagicString from 'magic-string';
import { codeStyleOf, indented, quoted, type CodeStyle } from '../engine/code-style';
import type { NewImport } from '../engine/edit-imports';
import type { Mount, OldBackend, Step } from '../engine/old-backend/old-backend';
import type { ReportEntry } from '../engine/plan';
import { lineOf } from '../engine/parse-module';
import { editorOf, indentOf, lineEnd, lineRange, lineStart, reindent } from '../engine/source-edit';
import { plainStatusCheckPath } from '../engine/plugin-file/status-check-path';
import { readPluginFile, type PluginFile } from '../engine/plugin-file/read-plugin-file';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { importOf } from '../engine/bindings';
import { unwrap } from '../engine/unwrap';
import { awaits, capturesOf } from './captured';
import { liftMount, printLegacyPlugin, type LiftedMount, type Obstacle } from './lift-mount';
import { addressOf } from './plugin-address';

/** What main() turns into. */
export interface RewrittenMain {
  /** The statements between `createBackend()` and `backend.start()`. */
  readonly lines: string;
  readonly imports: readonly NewImport[];
  readonly report: readonly ReportEntry[];
}

/** Where the lifted file gets its names from. */
export interface RuntimeModules {
  readonly api: string;
  readonly rootHttpRouter: string;
}

interface Piece {
  readonly text: string;
  /** It must run when the configuration is known, inside a feature loader. */
  readonly late: boolean;
  readonly blankBefore: boolean;
}

/** Spaces by which the body of a feature loader is indented. */
const LOADER_INDENT = 6;

/** Rewrites the statements of main(), in order, comments kept. */
export class MainRewriter {
  readonly #old: OldBackend;
  readonly #root: string;
  readonly #runtime: RuntimeModules;
  readonly #style: CodeStyle;
  readonly #editor: MagicString;
  readonly #imports: NewImport[] = [];
  readonly #report: ReportEntry[] = [];
  readonly #taken = new Set<string>();
  /** Variables that exist only inside the feature loader. */
  readonly #late = new Set<ts.Symbol>();
  /** Variables whose declaration is left to a person. */
  readonly #lost = new Map<ts.Symbol, string>();
  readonly #services = new Set<'config' | 'logger'>();
  readonly #rootHandlers: string[] = [];

  /** @param root - absolute path of the repository */
  constructor(old: OldBackend, runtime: RuntimeModules, root: string) {
    this.#old = old;
    this.#root = root;
    this.#runtime = runtime;
    this.#style = codeStyleOf(old.module);
    this.#editor = editorOf(old.module);
  }

  rewrite(): RewrittenMain {
    const pieces = this.#old.steps.flatMap(step => this.#piece(step));
    const arranged = this.#arrange(pieces).join('\n').replace(/^\n+/, '');
    return {
      lines: [this.#rootHttpRouter(), arranged].filter(each => each !== '').join('\n\n'),
      imports: this.#imports,
      report: this.#report,
    };
  }

  #piece(step: Step): Piece[] {
    switch (step.kind) {
      case 'setup':
        return [];
      case 'mount':
        return [this.#mountPiece(step.node, step.mount)];
      case 'middleware':
        return this.#middleware(step.node, step.mount);
      case 'branch':
        return [this.#branch(step)];
      case 'service':
        return this.#service(step);
      case 'own':
        return [this.#own(step.node)];
      case 'unknown':
        return [this.#manual(step.node, { reason: step.reason, anchor: 'main' })];
    }
  }

  #mountPiece(node: ts.Statement, mount: Mount): Piece {
    const lifted = this.#lift(mount);
    if ('reason' in lifted) return this.#manual(node, lifted);
    const { late } = lifted;
    const semicolon = this.#style.semicolon;
    const text = late
      ? `yield ${lifted.print(LOADER_INDENT + 6)}${semicolon}`
      : this.#added(lifted.print);
    return this.#around(node, late ? indented(text, LOADER_INDENT) : text, late);
  }

  /** `backend.add(...)` around a feature, broken where it does not fit. */
  #added(feature: (column: number) => string): string {
    const { semicolon } = this.#style;
    const line = feature('backend.add('.length);
    return line.includes('\n') || line.length + 'backend.add();'.length > 80
      ? `backend.add(\n  ${indented(feature(2), 2)},\n)${semicolon}`
      : `backend.add(${line})${semicolon}`;
  }

  /** The legacyPlugin call for a mount. */
  #lift(
    mount: Mount,
  ): Obstacle | { readonly late: boolean; readonly print: (column: number) => string } {
    if (mount.path === undefined) {
      return { reason: 'is mounted at a computed path', anchor: 'computed-paths' };
    }
    const lifted = this.#liftable(mount);
    if ('reason' in lifted) return lifted;
    const address = addressOf(mount.path, mount.environments[0], this.#taken);
    this.#taken.add(address.id);
    this.#import('backstage-forklift/legacy', 'legacyPlugin');
    this.#report.push({
      file: this.#old.module.file,
      line: lineOf(this.#old.module, mount.node),
      plugin: address.id,
      outcome: 'migrated',
      reason: `on legacyPlugin, ${mount.path === '' ? 'at the root' : `at ${mount.path}`}${
        address.envId === undefined ? '' : `, with the data of '${address.envId}'`
      }`,
      guide: 'lift#mounts',
    });
    return {
      late: lifted.captures.some(each => this.#late.has(each.symbol)),
      print: column => printLegacyPlugin(address, lifted, this.#style, column),
    };
  }

  #liftable(mount: Mount): LiftedMount | Obstacle {
    const lifted = liftMount(this.#old, mount, this.#style);
    const lost = mount.handlers
      .flatMap(each => capturesOf(this.#old, each))
      .find(each => this.#lost.has(each.symbol));
    return lost
      ? { reason: `needs ${lost.identifier.text}, which is not lifted`, anchor: 'shared-values' }
      : lifted;
  }

  #branch(step: Extract<Step, { kind: 'branch' }>): Piece {
    const { module } = this.#old;
    const obstacle = this.#branchObstacle(step);
    if (obstacle) return this.#manual(step.node, obstacle);
    for (const inner of step.steps) this.#insideBranch(inner);
    reindent(module, this.#editor, step.node, LOADER_INDENT - indentOf(module, step.node));
    this.#needServices(step.node);
    const text = this.#editor.slice(step.node.getStart(module.sourceFile), step.node.getEnd());
    return this.#around(step.node, text, true);
  }

  /** Edits a step in place; the whole branch is moved afterwards. */
  #insideBranch(step: Step): void {
    const { module } = this.#old;
    const start = step.node.getStart(module.sourceFile);
    if (step.kind === 'branch') step.steps.forEach(inner => this.#insideBranch(inner));
    if (step.kind === 'setup') {
      this.#editor.remove(lineStart(module.text, start), lineEnd(module.text, step.node.getEnd()));
    }
    if (step.kind !== 'mount') return;
    const lifted = this.#lift(step.mount);
    if ('reason' in lifted) throw new Error(`not liftable: ${lifted.reason}`);
    const indent = indentOf(module, step.node);
    const column = indent + LOADER_INDENT - indentOf(module, this.#old.main.body.statements[0]);
    const text = `yield ${lifted.print(column + 'yield '.length)}${this.#style.semicolon}`;
    this.#editor.overwrite(start, step.node.getEnd(), indented(text, column));
  }

  #branchObstacle(step: Step): Obstacle | undefined {
    switch (step.kind) {
      case 'branch':
        return step.steps.map(inner => this.#branchObstacle(inner)).find(each => each);
      case 'mount': {
        if (step.mount.path === undefined) {
          return { reason: 'mounts at a computed path', anchor: 'computed-paths' };
        }
        const lifted = this.#liftable(step.mount);
        return 'reason' in lifted ? lifted : undefined;
      }
      case 'middleware':
        return { reason: 'adds a middleware conditionally', anchor: 'middlewares' };
      case 'service':
        return { reason: 'changes the service conditionally', anchor: 'service-builder-options' };
      case 'unknown':
        return { reason: step.reason, anchor: 'main' };
      default:
        return undefined;
    }
  }

  #own(node: ts.Statement): Piece {
    const captures = capturesOf(this.#old, node);
    const environment = captures.find(each => each.role?.kind === 'environment');
    if (environment) {
      this.#declared(node).forEach(([symbol, name]) => this.#lost.set(symbol, name));
      const reason = `needs ${environment.identifier.text} outside of a plugin`;
      return this.#manual(node, { reason, anchor: 'shared-values' });
    }
    const late =
      awaits(node) || captures.some(({ role, symbol }) => role || this.#late.has(symbol));
    if (late) this.#declared(node).forEach(([symbol]) => this.#late.add(symbol));
    this.#needServices(node);
    const { module } = this.#old;
    const indent = late ? LOADER_INDENT : 0;
    reindent(module, this.#editor, node, indent - indentOf(module, node));
    const text = this.#editor.slice(node.getStart(module.sourceFile), node.getEnd());
    return this.#around(node, text, late);
  }

  #declared(node: ts.Statement): [ts.Symbol, string][] {
    const found: [ts.Symbol, string][] = [];
    const visit = (each: ts.Node): void => {
      if (
        ts.isVariableDeclaration(each) ||
        ts.isBindingElement(each) ||
        ts.isFunctionDeclaration(each)
      ) {
        const symbol = each.name && this.#old.module.checker.getSymbolAtLocation(each.name);
        if (symbol) found.push([symbol, symbol.name]);
      }
      ts.forEachChild(each, visit);
    };
    visit(node);
    return found;
  }

  #needServices(node: ts.Node): void {
    for (const { role } of capturesOf(this.#old, node)) {
      if (role?.kind === 'config' || role?.kind === 'logger') this.#services.add(role.kind);
    }
  }

  #middleware(node: ts.Statement, mount: Mount): Piece[] {
    const captures = mount.handlers.flatMap(each => capturesOf(this.#old, each));
    if (captures.length > 0 || mount.handlers.some(awaits)) {
      const reason = `is a middleware for all plugins that needs ${
        captures[0]?.identifier.text ?? 'to wait'
      }`;
      return [this.#manual(node, { reason, anchor: 'middlewares' })];
    }
    const handlers = mount.handlers.map(each => each.getText(this.#old.module.sourceFile));
    const path = this.#style.quote + (mount.path ?? '/') + this.#style.quote;
    this.#rootHandlers.push(`app.use(${[path, ...handlers].join(', ')})`);
    this.#entry(node, 'migrated', 'now a middleware of the root HTTP router', 'middlewares');
    return [];
  }

  #service(step: Extract<Step, { kind: 'service' }>): Piece[] {
    const pieces = step.mounts.flatMap(mount => this.#rootRouter(step.node, mount));
    for (const { name, call } of step.options) {
      if (name === 'setLogger') continue;
      const property = call.expression as ts.PropertyAccessExpression;
      const args = call.arguments.map(each => each.getText(this.#old.module.sourceFile));
      const text = `.${name}(${args.join(', ')})`;
      pieces.push(
        this.#comment(property.name, text, {
          reason: `${name} was set in code and belongs into app-config.yaml or the root HTTP router`,
          anchor: 'service-builder-options',
        }),
      );
    }
    return pieces;
  }

  #rootRouter(node: ts.Statement, mount: Mount): Piece[] {
    const [handler] = mount.handlers;
    const plain = handler && capturesOf(this.#old, handler).length === 0 && !awaits(handler);
    if (plain) {
      const text = handler.getText(this.#old.module.sourceFile);
      const path = mount.path ? `${this.#style.quote}${mount.path}${this.#style.quote}, ` : '';
      this.#rootHandlers.push(`app.use(${path}${text})`);
      this.#entry(mount.node, 'migrated', 'now part of the root HTTP router', 'root-routers');
      return [];
    }
    const special = this.#specialRootRouter(mount);
    if (special === 'done') return [];
    const lifted = special ?? this.#lift(mount);
    if ('reason' in lifted) {
      const { sourceFile } = this.#old.module;
      const [path] = (mount.node as ts.CallExpression).arguments;
      const text = `.addRouter(${path?.getText(sourceFile)}, ${handler?.getText(sourceFile)})`;
      return [this.#comment((mount.node as ts.CallExpression).arguments[0], text, lifted)];
    }
    if (lifted.late) {
      const text = `yield ${lifted.print(LOADER_INDENT + 6)}${this.#style.semicolon}`;
      return [{ text: indented(text, LOADER_INDENT), late: true, blankBefore: false }];
    }
    return [{ text: this.#added(lifted.print), late: false, blankBefore: node === undefined }];
  }

  /** At the root itself there can only be the front end and plain handlers. */
  #specialRootRouter(mount: Mount): Obstacle | 'done' | undefined {
    if (mount.path !== '') return undefined;
    const found = this.#pluginFile(mount);
    const path = found && plainStatusCheckPath(found.module, found.plugin);
    if (path !== undefined) {
      const address = quoted(path, this.#style);
      const ok = `{ status: ${quoted('ok', this.#style)} }`;
      this.#rootHandlers.push(`app.get(${address}, (_request, response) => response.json(${ok}))`);
      const reason = `the health check at ${path} is now part of the root HTTP router`;
      this.#entry(mount.node, 'migrated', reason, 'root-routers');
      return 'done';
    }
    const [environment] = mount.environments;
    return environment?.id === 'app' && !this.#taken.has('app')
      ? undefined
      : {
          reason: 'is served at the root, where only the front end can be',
          anchor: 'root-routers',
        };
  }

  #pluginFile({ handlers }: Mount): PluginFile | undefined {
    const router = handlers[0] && unwrap(handlers[0]);
    const callee = router && ts.isCallExpression(router) ? router.expression : undefined;
    const binding = importOf(this.#old.module, callee);
    const file = binding && resolveModule(this.#root, this.#old.module.file, binding.module);
    return file === undefined ? undefined : readPluginFile(this.#root, file, binding?.imported);
  }

  /** Root handlers stand where they stood: after the request log, before the plugins. */
  #rootHttpRouter(): string {
    if (this.#rootHandlers.length === 0) return '';
    const end = this.#style.semicolon;
    this.#import(this.#runtime.rootHttpRouter, 'rootHttpRouterServiceFactory');
    const lines = [
      'app.use(middleware.helmet())',
      'app.use(middleware.cors())',
      'app.use(middleware.compression())',
      'app.use(middleware.logging())',
      'app.use(healthRouter)',
      ...this.#rootHandlers,
      'app.use(routes)',
      'app.use(middleware.notFound())',
      'app.use(middleware.error())',
    ].map(line => `      ${indented(line, 6)}${end}\n`);
    return (
      'backend.add(\n  rootHttpRouterServiceFactory({\n' +
      '    configure({ app, middleware, healthRouter, routes }) {\n' +
      `${lines.join('')}    },\n  }),\n)${end}`
    );
  }

  /** Puts late pieces into one feature loader, where the first of them stood. */
  #arrange(pieces: readonly Piece[]): string[] {
    const late = pieces.filter(each => each.late);
    const first = late[0];
    return pieces.flatMap(piece => {
      if (piece.late) return piece === first ? [`\n${this.#loader(late)}`] : [];
      return [(piece.blankBefore ? '\n' : '') + piece.text];
    });
  }

  #loader(pieces: readonly Piece[]): string {
    const end = this.#style.semicolon;
    const names = [...this.#services].sort();
    this.#import(this.#runtime.api, 'createBackendFeatureLoader');
    if (names.length > 0) this.#import(this.#runtime.api, 'coreServices');
    const refs = { config: 'coreServices.rootConfig', logger: 'coreServices.rootLogger' };
    const deps = names.map(name => `${name}: ${refs[name]}`).join(', ');
    const body = pieces
      .map((piece, index) => `${piece.blankBefore && index > 0 ? '\n' : ''}      ${piece.text}\n`)
      .join('');
    return (
      'backend.add(\n  createBackendFeatureLoader({\n' +
      (names.length > 0 ? `    deps: { ${deps} },\n` : '') +
      `    async *loader(${names.length > 0 ? `{ ${names.join(', ')} }` : ''}) {\n` +
      `${body}    },\n  }),\n)${end}`
    );
  }

  #manual(node: ts.Statement, obstacle: Obstacle): Piece {
    const { start, end } = this.#textRange(node);
    const text = this.#old.module.text.slice(start, end);
    const comment = this.#comment(node, dedented(text, indentOf(this.#old.module, node)), obstacle);
    return this.#around(node, comment.text, false);
  }

  #comment(node: ts.Node, text: string, { reason, anchor }: Obstacle): Piece {
    this.#entry(node, 'manual', reason, anchor);
    const lines = [`Not lifted: ${reason}. See forklift guide lift#${anchor}`, ...text.split('\n')];
    const comment = lines.map(line => `// ${line}`.trimEnd()).join('\n');
    return { text: comment, late: false, blankBefore: true };
  }

  #entry(node: ts.Node, outcome: ReportEntry['outcome'], reason: string, anchor: string): void {
    const { module } = this.#old;
    const line = lineOf(module, node);
    this.#report.push({ file: module.file, line, outcome, reason, guide: `lift#${anchor}` });
  }

  #import(module: string, name: string): void {
    this.#imports.push({ module, name });
  }

  /** A piece with the comments above it and beside it. */
  #around(node: ts.Statement, text: string, late: boolean): Piece {
    const { module } = this.#old;
    const indent = late ? LOADER_INDENT : 0;
    const before = module.text.slice(node.getFullStart(), node.getStart(module.sourceFile));
    const own = /^[^\n]*\n/.exec(before)?.[0] ?? '';
    const comments = dedented(before.slice(own.length), indentOf(module, node)).trim();
    const { end } = this.#textRange(node);
    const rest = module.text.slice(end);
    const beside = /^[ \t]*(\/\/[^\r\n]*|\/\*[^\r\n]*\*\/)(?=[ \t]*\r?\n)/.exec(rest)?.[0] ?? '';
    const above = comments === '' ? '' : `${indented(comments, indent)}\n${' '.repeat(indent)}`;
    return { text: above + text + beside, late, blankBefore: /\n[ \t]*\r?\n/.test(before) };
  }

  #textRange(node: ts.Statement): { start: number; end: number } {
    return { start: node.getStart(this.#old.module.sourceFile), end: node.getEnd() };
  }
}

/** Text without the indentation that its first line had. */
function dedented(text: string, indent: number): string {
  return text.replaceAll(new RegExp(`(^|\\n)[ \\t]{1,${Math.max(indent, 1)}}`, 'g'), '$1');
}

/** The part of a file that main() and its call take up, comments above it included. */
export function mainRange(old: OldBackend): { start: number; end: number } {
  const { declaration } = old.main;
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return lineRange(old.module, statement);
}
