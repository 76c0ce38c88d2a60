//! Components that show data: charts and tables.

use super::super::{
    declare::{builder, component},
    props::{
        AllSeries, ChartRow, Children, ColumnSize, Edge, Length, Sides, TableCells, TableRows, WholeLength,
        XAxis,
    },
};

component! {
    /// Bars, areas and lines over one x-axis.
    Chart, "Chart", Place::Component, new(
        /// The rows, in the order of the x-axis.
        data: Vec<ChartRow> = "data",
        /// What is drawn of them.
        series: AllSeries = "series",
        /// The field of the rows that the x-axis goes by.
        x_axis: XAxis = "xAxis",
    ) {
        /// Whether the y-axis is drawn.
        show_y_axis: bool = "showYAxis",
        /// Whether there is a legend.
        show_legend: bool = "showLegend",
        /// Whether pointing at a place shows its numbers.
        show_tooltip: bool = "showTooltip",
        /// The room between bars of one place, in px.
        bar_gap: i64 = "barGap",
        /// The room between places, in px.
        bar_category_gap: i64 = "barCategoryGap",
        /// Its share of the room: the CSS `flex`.
        flex: WholeLength = "flex",
        /// The height, in px.
        height: WholeLength = "height",
        /// The width, in px.
        width: WholeLength = "width",
        /// Height and width, in px.
        size: WholeLength = "size",
        /// The least height, in px.
        min_height: WholeLength = "minHeight",
        /// The least width, in px.
        min_width: WholeLength = "minWidth",
        /// The least height and width, in px.
        min_size: WholeLength = "minSize",
        /// The greatest height, in px.
        max_height: WholeLength = "maxHeight",
        /// The greatest width, in px.
        max_width: WholeLength = "maxWidth",
        /// The greatest height and width, in px.
        max_size: WholeLength = "maxSize",
        /// Width by height: a number, or CSS such as `16 / 9`.
        aspect_ratio: Length = "aspectRatio",
    }
}

component! {
    /// A table.
    Table, "Table", Place::Component, new(
        /// The rows.
        children: TableRows = "children" or absent,
    ) {}
}

component! {
    /// A row of a `Table`.
    TableRow, "Table.Row", Place::Within("Table"), new(
        /// The cells.
        children: TableCells = "children" or absent,
    ) {
        /// Whether it is a heading.
        header: bool = "header",
    }
}

component! {
    /// A cell of a `Table.Row`.
    TableCell, "Table.Cell", Place::Within("Table.Row"), new(
        /// What is in it.
        children: Children = "children" or absent,
    ) {
        /// The width, in px.
        width: Length = "width",
        /// The room within, in units of 4 px.
        padding: Sides = "padding",
        /// How many columns it takes.
        col_span: i64 = "colSpan",
        /// How many rows it takes.
        row_span: i64 = "rowSpan",
        /// How its content stands from side to side.
        align: Edge = "align",
        /// How its content stands from top to bottom.
        v_align: Edge = "vAlign",
        /// The width of its column.
        col_size: ColumnSize = "colSize",
    }
}
