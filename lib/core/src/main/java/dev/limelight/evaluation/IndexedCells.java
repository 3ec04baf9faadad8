package dev.limelight.evaluation;

import dev.limelight.evaluation.Evaluation.Contender;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

/** Cells in their order, and those of a contender and a metric without looking through all. */
final class IndexedCells extends AbstractList<Cell> implements RandomAccess {

  private record Column(Contender contender, String metric) {}

  private final List<Cell> all;
  private final Map<Column, List<Cell>> columns = new HashMap<>();

  IndexedCells(List<Cell> cells) {
    all = List.copyOf(cells);
    for (Cell cell : all) {
      columns
          .computeIfAbsent(new Column(cell.contender(), cell.metric()), key -> new ArrayList<>())
          .add(cell);
    }
    columns.replaceAll((column, some) -> List.copyOf(some));
  }

  /** One a picture, in their order. */
  List<Cell> of(Contender contender, String metric) {
    return columns.getOrDefault(new Column(contender, metric), List.of());
  }

  @Override
  public Cell get(int index) {
    return all.get(index);
  }

  @Override
  public int size() {
    return all.size();
  }
}
