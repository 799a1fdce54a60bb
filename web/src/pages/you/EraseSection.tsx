import { ActionForm } from '../../forms/ActionForm';
import { Field } from '../../forms/Field';
import { forget } from '../../session/session';
import { eraseYou } from './you';

/** The end of the person's data. */
export function EraseSection({ withCode }: { withCode: boolean }) {
  const act = async (text: (name: string) => string) => {
    const code = withCode ? text('eraseCode') : undefined;
    const problems = await eraseYou(text('erasePassword'), text('confirm'), code);
    if (problems.length === 0) forget();
    return problems.map((problem) => {
      const field = FIELDS.get(problem.path.at(-1) ?? '');
      return field === undefined ? problem : { ...problem, path: ['input', field] };
    });
  };
  return (
    <section aria-labelledby="erase-title">
      <h2 id="erase-title">Leave for good</h2>
      <p>
        Your name, address and password are erased, and workspaces that only you belong to are deleted with
        everything in them. What you wrote in a team&apos;s workspace stays there without your name. What was
        published stays on the networks. Nothing of it can be brought back.
      </p>
      <ActionForm action="Erase me" fields={['erasePassword', 'confirm', 'eraseCode']} act={act}>
        {(problems) => (
          <>
            <Field
              name="confirm"
              label="Your email address, to confirm"
              type="email"
              autoComplete="off"
              problems={problems}
            />
            <Field
              name="erasePassword"
              label="Your password once more"
              type="password"
              autoComplete="off"
              problems={problems}
            />
            {withCode && (
              <Field
                name="eraseCode"
                label="Another code, or a recovery code"
                autoComplete="one-time-code"
                problems={problems}
              />
            )}
          </>
        )}
      </ActionForm>
    </section>
  );
}

/** The page's names of the input's fields: a page has other forms with the same ones. */
const FIELDS = new Map([
  ['password', 'erasePassword'],
  ['code', 'eraseCode'],
]);
