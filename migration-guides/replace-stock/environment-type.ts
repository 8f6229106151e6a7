import { ts } from 'ts-morph';
import { declarationOf, importOf } from '../engine/bindings';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { readSource } from '../engine/read-source';

/**
 * The keys of the environment that a plugin's function takes, by the type of its parameter.
 *
 * @throws Obstacle when the type is not one that the repository writes out
 */
export function environmentKeysOf({ project, file, source }: LiftedPlugin): string[] {
  const type = source?.plugin.parameters[0]?.type;
  const name = type && ts.isTypeReferenceNode(type) ? type.typeName : undefined;
  if (!source || file === undefined || !name || !ts.isIdentifier(name)) throw unknown('');
  const binding = importOf(source.module, name);
  const declared = binding
    ? exportOf(project.root, resolveModule(project.root, file, binding.module), binding.imported)
    : declarationOf(source.module, name);
  const keys = declared && membersOf(declared);
  if (!keys) throw unknown(binding ? ` of ${binding.module}` : '');
  return keys;
}

function unknown(from: string): Obstacle {
  return new Obstacle(
    `hands the whole environment on, whose type${from} does not say what is in it`,
    'code-of-your-own',
  );
}

/** The type that a file of the repository exports under a name. */
function exportOf(
  root: string,
  file: string | undefined,
  name: string,
): ts.Declaration | undefined {
  if (file === undefined) return undefined;
  const module: ParsedModule = parseModule(readSource(root, file));
  return module.sourceFile.statements.find(
    (each): each is ts.TypeAliasDeclaration | ts.InterfaceDeclaration =>
      (ts.isTypeAliasDeclaration(each) || ts.isInterfaceDeclaration(each)) &&
      each.name.text === name,
  );
}

function membersOf(declared: ts.Declaration): string[] | undefined {
  const members = ts.isInterfaceDeclaration(declared)
    ? declared.heritageClauses
      ? undefined
      : declared.members
    : ts.isTypeAliasDeclaration(declared) && ts.isTypeLiteralNode(declared.type)
      ? declared.type.members
      : undefined;
  const names = members?.map(each => each.name?.getText());
  return names?.every(each => each !== undefined) ? names : undefined;
}
