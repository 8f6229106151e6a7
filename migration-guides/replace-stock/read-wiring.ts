import { ts } from 'ts-morph';
import { identifiersIn, importsOf } from '../engine/bindings';
import type { ConfigSetting } from '../engine/config-settings';
import type { ParsedModule } from '../engine/parse-module';
import { isTypeOnly } from '../engine/plugin-file/describe-plugin-file';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { builderCalls } from './builder-options';
import { extensionLinks, readLink } from './extension-links';
import { isKnownVariable } from './known-statement';
import {
  actsOnKept,
  declaresNeeded,
  lostVariable,
  modulesOfTheRest,
  neededBy,
} from './needed-variables';
import { ownCode } from './ordinary-wiring';
import { isBuilt, statementsOf, type Reading } from './reading';
import { readRouter, routerMade } from './router-options';
import type { StockPackage } from './stock-package';
import { STOCK_PACKAGES } from './stock-packages';
import type { ExtensionCall, KeptPart, OwnWiring, PluginWiring } from './wiring-parts';

/** The published plugin that a file wires, by its imports; undefined when none is known. */
export function stockOf(module: ParsedModule, id: string): StockPackage | undefined {
  const packages = new Set(
    importsOf(module)
      .filter(each => !isTypeOnly(module, each))
      .map(each => each.module),
  );
  const candidates = STOCK_PACKAGES.filter(each => packages.has(each.package));
  return candidates.find(each => each.id === id) ?? candidates[0];
}

/**
 * Reads a file that wires a published plugin: what of it the published modules and the configuration
 * stand for, and what has to stay as code.
 */
export function readWiring(
  module: ParsedModule,
  plugin: FunctionWithBody,
  stock: StockPackage,
): PluginWiring | OwnWiring {
  for (let needed: ReadonlySet<ts.Symbol> = new Set(); ;) {
    const reading: Reading = { module, plugin, stock, needed };
    const found = classify(reading);
    if ('own' in found) return { stock, own: found.own };
    const more = neededBy(reading, found.kept);
    if (typeof more === 'string') return { stock, own: more };
    if (more.every(each => needed.has(each))) {
      const lost = lostVariable(reading, found.kept);
      if (lost) return { stock, own: `hands ${lost} to the old ${stock.id}` };
      const modules = [...new Set([...found.modules, ...modulesOfTheRest(reading, found.kept)])];
      return { stock, ...found, modules };
    }
    needed = new Set([...needed, ...more]);
  }
}

type Classified = Omit<PluginWiring, 'stock'> | { readonly own: string };

function classify(reading: Reading): Classified {
  const modules: string[] = [];
  const settings: ConfigSetting[] = [];
  const kept: KeptPart[] = [];
  let isLate = false;
  const { plugin } = reading;
  if (!ts.isBlock(plugin.body)) {
    const own = readRouter(reading, plugin.body, settings, kept);
    return own ? { own } : { modules, settings, kept };
  }
  for (const statement of statementsOf(reading)) {
    const links = extensionLinks(reading, statement);
    if (links) {
      const calls: ExtensionCall[] = [];
      for (const link of links) {
        const own = readLink(reading, link, { modules, settings, calls });
        if (own) return { own };
      }
      if (calls.length > 0) kept.push({ kind: 'calls', node: statement, calls, isLate });
      continue;
    }
    const options = builderCalls(reading, statement);
    if (options.length > 0) {
      kept.push({ kind: 'calls', node: statement, calls: options, isLate: false });
      continue;
    }
    const router = routerMade(reading, statement);
    if (router) {
      const own = readRouter(reading, router, settings, kept);
      if (own) return { own };
      continue;
    }
    const declares = declaresNeeded(reading, statement) || actsOnKept(reading, statement, kept);
    if (
      declares ||
      (ownCode(reading, statement) && !isKnownVariable(reading, statement, modules, settings))
    ) {
      if (returns(statement))
        return { own: ownCode(reading, statement) ?? 'ends in several places' };
      kept.push({
        kind: 'statement',
        node: statement,
        isLate: isLate && !isDeclaration(statement),
      });
    }
    isLate ||= builds(reading, statement);
  }
  return { modules: [...new Set(modules)], settings: unique(settings), kept };
}

/** A statement after which the old plugin existed: `await builder.build()`. */
function builds(reading: Reading, statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.some(({ name }) =>
    identifiersIn(name).some(each => isBuilt(reading, each)),
  );
}

function isDeclaration(statement: ts.Statement): boolean {
  return (
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement)
  );
}

/** True when a statement may end the plugin's function. */
function returns(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isReturnStatement(node)) return true;
  return ts.forEachChild(node, child => returns(child) || undefined) ?? false;
}

function unique(settings: readonly ConfigSetting[]): ConfigSetting[] {
  const seen = new Map(settings.map(each => [each.path.join('.'), each]));
  return [...seen.values()];
}
