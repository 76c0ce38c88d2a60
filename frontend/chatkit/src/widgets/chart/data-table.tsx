// The chart's numbers as a table: complete, and readable for everyone.

import type { ChartData } from './read-chart.ts';

interface Props {
  data: ChartData;
  format: (value: number) => string;
}

export function DataTable({ data, format }: Props) {
  return (
    <table>
      <thead>
        <tr>
          <td />
          {data.series.map(({ label }) => (
            <th scope="col">{label}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {data.rows.map(({ name, values }) => (
          <tr>
            <th scope="row">{name}</th>
            {values.map((value) => (
              <td>{value === null ? '' : format(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
