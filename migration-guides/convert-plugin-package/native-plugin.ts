import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ts } from 'ts-morph';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import { readSource } from '../engine/read-source';
import { unwrap } from '../engine/unwrap';
import type { WorkspacePackage } from '../engine/workspace-package';

/** A plugin of the new system that a package has already. */
export interface NativePlugin {
  readonly module: ParsedModule;
  /** The constant that is exported. */
  readonly name: string;
  /** Undefined when it is not written as a text. */
  readonly id: string | undefined;
}

const MAKES_PLUGIN = /\bcreateBackendPlugin\s*\(/;

/** The plugins of the new system in a package's sources. */
export function nativePluginsOf(root: string, { folder }: WorkspacePackage): NativePlugin[] {
  return sourcesIn(root, posix.join(folder, 'src')).flatMap(file => {
    const source = readSource(root, file);
    return MAKES_PLUGIN.test(source.text) ? pluginsIn(parseModule(source)) : [];
  });
}

function pluginsIn(module: ParsedModule): NativePlugin[] {
  return module.sourceFile.statements.flatMap(statement => {
    if (!ts.isVariableStatement(statement)) return [];
    const isExported = statement.modifiers?.some(each => each.kind === ts.SyntaxKind.ExportKeyword);
    return statement.declarationList.declarations.flatMap(each => {
      const made = each.initializer && unwrap(each.initializer);
      const isPlugin =
        made && ts.isCallExpression(made) && made.expression.getText() === 'createBackendPlugin';
      if (!isExported || !isPlugin || !ts.isIdentifier(each.name)) return [];
      return [{ module, name: each.name.text, id: idIn(made) }];
    });
  });
}

function idIn(call: ts.CallExpression): string | undefined {
  const [options] = call.arguments;
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  const id = options.properties.find(each => each.name?.getText() === 'pluginId');
  return id && ts.isPropertyAssignment(id) && ts.isStringLiteralLike(id.initializer)
    ? id.initializer.text
    : undefined;
}

function sourcesIn(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return entry.name.startsWith('__') ? [] : sourcesIn(root, path);
      const isSource = /\.tsx?$/.test(entry.name) && !/\.(test|d)\.tsx?$/.test(entry.name);
      return entry.isFile() && isSource ? [path] : [];
    });
  } catch {
    return []; // A package without sources has no plugin in them.
  }
}
