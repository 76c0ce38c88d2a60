// What the element has told the page: its events, and the handlers it called.

export interface Told {
  id: number;
  name: string;
  detail?: unknown;
}

export function ToldList({ told }: { told: readonly Told[] }) {
  if (told.length === 0) return <p className="nothing">Nothing yet.</p>;
  return (
    <ol className="told" tabIndex={0} aria-label="Events, newest first">
      {told.map(({ id, name, detail }) => (
        <li key={id}>
          <strong>{name.replace('chatkit.', '')}</strong>
          {detail !== undefined && <code>{JSON.stringify(detail)}</code>}
        </li>
      ))}
    </ol>
  );
}
