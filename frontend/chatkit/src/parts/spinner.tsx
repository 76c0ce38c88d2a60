// A quiet ring that turns while something is under way.

export function Spinner() {
  return (
    <svg class="spinner" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="9" />
    </svg>
  );
}
