import type { UserError } from '../../api/graphql';

/** The fields of an input that one field of the page stands for. */
const CODES = ['totpCode', 'recoveryCode'];

/** What a person wrote as a code: six digits are of the app, anything else is a recovery code, nothing is none. */
export function codeOf(text: string): { totpCode?: string; recoveryCode?: string } {
  const code = text.replace(/\s/g, '');
  if (code === '') return {};
  return /^\d{6}$/.test(code) ? { totpCode: code } : { recoveryCode: code };
}

/** Whether the password was right, and the server asks for a code in addition to it. */
export function asksForCode(problems: UserError[]): boolean {
  return problems.some(({ code }) => code === 'SECOND_FACTOR_REQUIRED');
}

/** The problems as the page's one field for a code has them. */
export function atCode(problems: UserError[]): UserError[] {
  return problems.map((problem) =>
    CODES.includes(problem.path.at(-1) ?? '') ? { ...problem, path: ['input', 'code'] } : problem,
  );
}
