import { ts } from 'ts-morph';
import { declarationOf, importOf, type ImportBinding } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import type { PluginFile } from '../engine/plugin-file/read-plugin-file';
import { unwrap } from '../engine/unwrap';
import type { MadeKey } from './option-source';

/** What an option is made of: a key of the environment, or what a method of it gives. */
export type WiredValue =
  | { readonly key: string }
  /** `env.cache.getClient(options)`: the options as written. */
  | { readonly key: string; readonly client: string }
  /** `new CatalogClient({ discoveryApi: env.discovery })`, and the like. */
  | { readonly key: string; readonly made: MadeKey };

/** A plugin function that does nothing but hand its environment to a router's maker. */
export interface RouterWiring {
  /** The import of the maker: a function, or a class. */
  readonly maker: ImportBinding;
  /** The static method that makes a builder, or `new`; undefined for a function. */
  readonly builder: string | undefined;
  /** True when the router is a property of what the builder makes. */
  readonly isProperty: boolean;
  /** Every argument: the whole environment, an object of keys, or one key. */
  readonly args: readonly ('environment' | ReadonlyMap<string, WiredValue> | WiredValue)[];
}

/** Reads a plugin function; undefined when it does anything else. */
export function readRouterWiring({ module, plugin }: PluginFile): RouterWiring | undefined {
  const [parameter] = plugin.parameters;
  if (plugin.parameters.length > 1) return undefined;
  const reader = new WiringReader(module, parameter);
  const { body } = plugin;
  if (!ts.isBlock(body)) return reader.read(body);
  const last = body.statements.at(-1);
  if (!last || !ts.isReturnStatement(last) || !last.expression) return undefined;
  const wiring = reader.read(last.expression);
  const others = body.statements.slice(0, -1);
  return wiring && others.every(each => reader.isSeen(each)) ? wiring : undefined;
}

class WiringReader {
  readonly #seen = new Set<ts.Node>();

  constructor(
    private readonly module: ParsedModule,
    private readonly parameter: ts.ParameterDeclaration | undefined,
  ) {}

  /** True for a variable that the wiring is made of. */
  isSeen(statement: ts.Statement): boolean {
    if (!ts.isVariableStatement(statement)) return false;
    return statement.declarationList.declarations.every(
      each => this.#seen.has(each) || this.#isEnvironment(each.initializer),
    );
  }

  read(expression: ts.Expression): RouterWiring | undefined {
    const made = unwrap(expression);
    if (ts.isIdentifier(made)) return this.#readVariable(made);
    if (ts.isPropertyAccessExpression(made) && made.name.text === 'router') {
      const inner = this.read(made.expression);
      return inner?.builder === undefined ? undefined : { ...inner, isProperty: true };
    }
    if (!ts.isCallExpression(made)) return undefined;
    const { expression: callee } = made;
    if (!ts.isPropertyAccessExpression(callee)) return this.#readMaker(callee, undefined, made);
    if (callee.name.text !== 'build' || made.arguments.length > 0) return undefined;
    return this.#readBuilder(callee.expression);
  }

  #readVariable(name: ts.Identifier): RouterWiring | undefined {
    const declaration = declarationOf(this.module, name);
    if (!declaration) return undefined;
    const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
    if (!variable?.initializer) return undefined;
    this.#seen.add(variable);
    const wiring = this.read(variable.initializer);
    if (declaration === variable) return wiring;
    const isRouter =
      ts.isBindingElement(declaration) &&
      declaration.parent.elements.length === 1 &&
      (declaration.propertyName ?? declaration.name).getText() === 'router';
    return isRouter && wiring?.builder !== undefined ? { ...wiring, isProperty: true } : undefined;
  }

  #readBuilder(expression: ts.Expression): RouterWiring | undefined {
    const made = unwrap(expression);
    if (ts.isIdentifier(made)) {
      const declaration = declarationOf(this.module, made);
      if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) {
        return undefined;
      }
      this.#seen.add(declaration);
      return this.#readBuilder(declaration.initializer);
    }
    if (ts.isNewExpression(made)) return this.#readMaker(made.expression, 'new', made);
    if (!ts.isCallExpression(made) || !ts.isPropertyAccessExpression(made.expression)) {
      return undefined;
    }
    const { expression: owner, name } = made.expression;
    return this.#readMaker(owner, name.text, made);
  }

  #readMaker(
    callee: ts.Expression,
    builder: string | undefined,
    call: ts.CallExpression | ts.NewExpression,
  ): RouterWiring | undefined {
    const maker = importOf(this.module, callee);
    if (!maker) return undefined;
    const args = (call.arguments ?? []).map(each => this.#readArgument(each));
    if (args.some(each => each === undefined)) return undefined;
    return { maker, builder, isProperty: false, args: args.flatMap(each => each ?? []) };
  }

  #readArgument(argument: ts.Expression): RouterWiring['args'][number] | undefined {
    if (this.#isEnvironment(argument)) return 'environment';
    const value = unwrap(argument);
    if (!ts.isObjectLiteralExpression(value)) return this.#readValue(argument);
    const values = new Map<string, WiredValue>();
    for (const property of value.properties) {
      const name = property.name?.getText(this.module.sourceFile);
      const wired = ts.isShorthandPropertyAssignment(property)
        ? this.#readValue(property.name)
        : ts.isPropertyAssignment(property)
          ? this.#readValue(property.initializer)
          : undefined;
      if (name === undefined || !wired) return undefined;
      values.set(name, wired);
    }
    return values;
  }

  /** `env.key`, a variable that has it, or what `getClient` of it gives. */
  #readValue(expression: ts.Expression): WiredValue | undefined {
    const value = unwrap(expression);
    if (ts.isIdentifier(value)) return this.#readKeyVariable(value);
    if (ts.isPropertyAccessExpression(value)) {
      return this.#isEnvironment(value.expression) ? { key: value.name.text } : undefined;
    }
    if (ts.isNewExpression(value)) return this.#readCatalog(value);
    if (!ts.isCallExpression(value) || !ts.isPropertyAccessExpression(value.expression)) {
      return undefined;
    }
    const { name, expression: owner } = value.expression;
    if (name.text === 'fromConfig') return this.#readIntegrations(owner, value);
    const wired = name.text === 'getClient' ? this.#readValue(owner) : undefined;
    if (!wired || 'client' in wired || 'made' in wired || !value.arguments.every(isLiteral))
      return undefined;
    const client = value.arguments.map(each => each.getText(this.module.sourceFile)).join(', ');
    return { key: wired.key, client };
  }

  /** `new CatalogClient({ discoveryApi: env.discovery })` */
  #readCatalog({ expression, arguments: args }: ts.NewExpression): WiredValue | undefined {
    const maker = importOf(this.module, expression);
    const options = args?.[0];
    if (maker?.imported !== 'CatalogClient' || maker.module !== '@backstage/catalog-client') {
      return undefined;
    }
    if (args?.length !== 1 || !options || !ts.isObjectLiteralExpression(options)) return undefined;
    const [property, ...others] = options.properties;
    const isDiscovery =
      others.length === 0 &&
      property &&
      ts.isPropertyAssignment(property) &&
      property.name.getText() === 'discoveryApi' &&
      isKey(this.#readValue(property.initializer), 'discovery');
    return isDiscovery ? { key: 'discovery', made: 'catalog' } : undefined;
  }

  /** `ScmIntegrations.fromConfig(env.config)` */
  #readIntegrations(owner: ts.Expression, call: ts.CallExpression): WiredValue | undefined {
    const maker = importOf(this.module, owner);
    const isIntegrations =
      maker?.imported === 'ScmIntegrations' &&
      maker.module === '@backstage/integration' &&
      call.arguments.length === 1 &&
      isKey(this.#readValue(call.arguments[0]), 'config');
    return isIntegrations ? { key: 'config', made: 'integrations' } : undefined;
  }

  #readKeyVariable(name: ts.Identifier): WiredValue | undefined {
    const declaration = declarationOf(this.module, name);
    if (!declaration) return undefined;
    if (ts.isBindingElement(declaration) && !declaration.dotDotDotToken) {
      const { parent } = declaration.parent;
      const isOfEnvironment =
        parent === this.parameter ||
        (ts.isVariableDeclaration(parent) && this.#isEnvironment(parent.initializer));
      return isOfEnvironment && !declaration.initializer
        ? { key: (declaration.propertyName ?? declaration.name).getText() }
        : undefined;
    }
    if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
    const wired = this.#readValue(declaration.initializer);
    if (wired) this.#seen.add(declaration);
    return wired;
  }

  #isEnvironment(expression: ts.Expression | undefined): boolean {
    if (!expression || !this.parameter || !ts.isIdentifier(this.parameter.name)) return false;
    const value = unwrap(expression);
    return ts.isIdentifier(value) && declarationOf(this.module, value) === this.parameter;
  }
}

/** True for a key of the environment as it is. */
function isKey(value: WiredValue | undefined, key: string): boolean {
  return value?.key === key && !('client' in value) && !('made' in value);
}

/** True for values that mean the same anywhere. */
function isLiteral(node: ts.Expression): boolean {
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.every(
      each => ts.isPropertyAssignment(each) && isLiteral(each.initializer),
    );
  }
  if (ts.isBinaryExpression(node)) return isLiteral(node.left) && isLiteral(node.right);
  return ts.isNumericLiteral(node) || ts.isStringLiteral(node);
}
