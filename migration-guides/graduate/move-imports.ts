import { ts } from 'ts-morph';
import { bindingsOf, type ImportBinding } from '../engine/bindings';
import { codeStyleOf, quoted } from '../engine/code-style';
import { printImport } from '../engine/edit-imports';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import { editorOf } from '../engine/source-edit';
import { newHomeOf } from './new-homes';

/** A spot that keeps a file from doing without this package. */
export interface Remainder {
  readonly line: number;
  readonly reason: string;
  readonly anchor: string;
}

/** A file without imports of this package, or what stands in the way. */
export interface MovedImports {
  readonly text: string;
  /** The packages that it imports from now. */
  readonly packages: readonly string[];
  readonly remainders: readonly Remainder[];
}

const OURS = /^backstage-forklift(\/|$)/;

/**
 * Moves a file's imports to the packages of stock Backstage.
 *
 * @param dependencies - those of the backend
 */
export function moveImports(
  module: ParsedModule,
  dependencies: Readonly<Record<string, string>>,
): MovedImports {
  const homeOf = ({ module: from, imported }: ImportBinding): string | undefined =>
    newHomeOf(from, imported, dependencies);
  const editor = editorOf(module);
  const packages = new Set<string>();
  const remainders = [...otherUses(module), ...optionsOfCreateBackend(module)];
  for (const declaration of ownImports(module)) {
    const bindings = bindingsOf(declaration);
    const homeless = bindings.filter(each => !homeOf(each));
    if (homeless.length > 0 || bindings.length === 0) {
      remainders.push(remainderOf(module, declaration, homeless));
      continue;
    }
    const homes = [...new Set(bindings.flatMap(each => homeOf(each) ?? []))];
    homes.forEach(home => packages.add(home));
    if (homes.length === 1) {
      const { moduleSpecifier } = declaration;
      const text = quoted(homes[0], codeStyleOf(module));
      editor.overwrite(moduleSpecifier.getStart(module.sourceFile), moduleSpecifier.getEnd(), text);
    } else {
      const lines = homes.map(home => {
        const names = bindings.filter(each => homeOf(each) === home);
        return print(module, home, names);
      });
      const start = declaration.getStart(module.sourceFile);
      editor.overwrite(start, declaration.getEnd(), lines.join('\n'));
    }
  }
  return { text: editor.toString(), packages: [...packages], remainders };
}

function ownImports({ sourceFile }: ParsedModule): ts.ImportDeclaration[] {
  return sourceFile.statements
    .filter(ts.isImportDeclaration)
    .filter(each => OURS.test((each.moduleSpecifier as ts.StringLiteral).text));
}

function print(module: ParsedModule, home: string, bindings: readonly ImportBinding[]): string {
  const [{ declaration }] = bindings;
  const isType = declaration.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const names = bindings.map(each => each.local.parent.getText(module.sourceFile));
  return printImport(names, isType ? 'type ' : '', home, codeStyleOf(module));
}

function remainderOf(
  module: ParsedModule,
  declaration: ts.ImportDeclaration,
  homeless: readonly ImportBinding[],
): Remainder {
  const names = homeless.map(each => (each.imported === '*' ? 'everything' : each.imported));
  const what = names.length > 0 ? `${names.join(', ')} of ` : '';
  const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text;
  return {
    line: lineOf(module, declaration),
    reason: `imports ${what}${specifier}, which stock Backstage does not have under that name`,
    anchor: 'other-imports',
  };
}

/** Names of this package outside of import declarations: import(), require, mocks, re-exports. */
function otherUses(module: ParsedModule): Remainder[] {
  const found: Remainder[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node) && OURS.test(node.text)) {
      const reason = `names ${node.text} outside of an import at the top`;
      found.push({ line: lineOf(module, node), reason, anchor: 'other-imports' });
    }
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return found;
}

/** Stock Backstage's createBackend takes no options. */
function optionsOfCreateBackend(module: ParsedModule): Remainder[] {
  const makers = ownImports(module)
    .flatMap(bindingsOf)
    .filter(each => each.imported === 'createBackend')
    .map(each => each.local.text);
  const found: Remainder[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.arguments.length > 0) {
      const callee = node.expression;
      if (ts.isIdentifier(callee) && makers.includes(callee.text)) {
        const reason = 'gives options to createBackend, which takes none in stock Backstage';
        found.push({ line: lineOf(module, node), reason, anchor: 'options-of-createbackend' });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return found;
}
