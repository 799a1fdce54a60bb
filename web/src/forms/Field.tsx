import type { UserError } from '../api/graphql';

interface FieldProps {
  /** Its name in the form, and the last part of the path of the problems that are told at it. */
  name: string;
  label: string;
  type?: string;
  autoComplete: string;
  /** For a field that appears because of what the person has just done. */
  autoFocus?: boolean;
  problems: UserError[];
}

/** A required field, with its label and what is wrong with it. */
export function Field({ name, label, type = 'text', autoComplete, autoFocus, problems }: FieldProps) {
  const own = problems.filter(({ path }) => path.at(-1) === name);
  const words = `${name}-problem`;
  return (
    <p className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        autoComplete={autoComplete}
        autoFocus={autoFocus}
        required
        aria-invalid={own.length > 0}
        aria-describedby={own.length > 0 ? words : undefined}
      />
      {own.length > 0 && (
        <span className="problem" id={words} role="alert">
          {own.map(({ message }) => message).join(' ')}
        </span>
      )}
    </p>
  );
}
