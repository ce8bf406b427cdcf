/** The program's own files as the compiler reads them: what each imports, what it exports, and whether that is documented. */
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isExportAssignment,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
  isVariableStatement,
} from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';

export interface Import {
  /** From the root of the repository for our own files, the package's name for others. */
  readonly target: string;
  /** The import as it is written. */
  readonly written: string;
  readonly isType: boolean;
}

export interface Export {
  readonly name: string;
  readonly isDocumented: boolean;
}

export interface SourceUnit {
  /** From the root of the repository, with forward slashes: `src/core/values.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly hasDefaultExport: boolean;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every TypeScript file of the project below the folders. */
export function readSourceTree(...folders: readonly string[]): SourceUnit[] {
  const compiler = new API({ cwd: root });
  try {
    const snapshot = compiler.updateSnapshot({ openProject: resolve(root, 'tsconfig.json') });
    const program = snapshot.getProjects()[0]?.program;
    if (program === undefined) throw new Error('the compiler found no project');
    return program
      .getSourceFileNames()
      .filter((name) => folders.some((folder) => toPath(name).startsWith(`${folder}/`)))
      .flatMap((name) => program.getSourceFile(name) ?? [])
      .map(readUnit)
      .sort((a, b) => a.path.localeCompare(b.path));
  } finally {
    compiler.close();
  }
}

function toPath(file: string): string {
  return relative(root, file).replaceAll('\\', '/');
}

function readUnit(file: SourceFile): SourceUnit {
  const imports: Import[] = [];
  const exports: Export[] = [];
  let hasDefaultExport = false;
  const add = (specifier: string, isType: boolean): void => {
    const isOurs = specifier.startsWith('.');
    const target = isOurs ? toPath(resolve(file.fileName, '..', specifier)) : packageOf(specifier);
    imports.push({ target, written: specifier, isType });
  };
  const visit = (node: Node): void => {
    if (isImportDeclaration(node) || isExportDeclaration(node)) {
      const specifier = node.moduleSpecifier;
      if (specifier !== undefined && isStringLiteral(specifier)) add(specifier.text, isTypeOnly(node, file));
    } else if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && isStringLiteral(specifier)) add(specifier.text, false);
    } else if (isImportTypeNode(node) && isLiteralTypeNode(node.argument) && isStringLiteral(node.argument.literal)) {
      add(node.argument.literal.text, true);
    }
    node.forEachChild(visit);
  };
  file.forEachChild(visit);

  for (const statement of file.statements) {
    const words = textOf(statement, file);
    if (isExportAssignment(statement) || /^export\s+default\b/.test(words)) hasDefaultExport = true;
    if (isExportDeclaration(statement) || !words.startsWith('export ')) continue;
    exports.push({ name: nameOf(words, isVariableStatement(statement)), isDocumented: hasDocComment(statement, file) });
  }
  return { path: toPath(file.fileName), text: file.text, imports, exports, hasDefaultExport };
}

/** `import type …`, or braces in which every name is a type. */
function isTypeOnly(node: Node, file: SourceFile): boolean {
  const words = textOf(node, file);
  if (/^(?:import|export)\s+type\b/.test(words)) return true;
  const names = /^(?:import|export)\s*\{([^}]*)\}/.exec(words)?.[1]?.split(',') ?? [];
  const given = names.map((name) => name.trim()).filter((name) => name !== '');
  return given.length > 0 && given.every((name) => name.startsWith('type '));
}

function nameOf(words: string, isVariable: boolean): string {
  const pattern = isVariable
    ? /^export\s+(?:const|let)\s+(\S+?)[\s:=]/
    : /^export\s+(?:default\s+)?(?:async\s+)?(?:function\*?|class|interface|type|abstract\s+class)\s+([\w$]+)/;
  return pattern.exec(words)?.[1] ?? words.slice(0, 40);
}

function textOf(node: Node, file: SourceFile): string {
  return file.text.slice(node.pos, node.end).replace(/^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
}

/** The last comment before the statement is a doc comment. */
function hasDocComment(node: Node, file: SourceFile): boolean {
  const before = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)+/.exec(file.text.slice(node.pos, node.end))?.[0] ?? '';
  const comments = before.match(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g) ?? [];
  return comments.at(-1)?.startsWith('/**') === true;
}

function packageOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
