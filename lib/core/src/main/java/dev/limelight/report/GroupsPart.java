package dev.limelight.report;

import dev.limelight.report.markup.Markup;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of groups.
 *
 * @param groups in their order
 * @param firstMean the index of their first mean map in the page's data
 */
record GroupsPart(List<Group> groups, int firstMean) implements Part {

  @Override
  public Markup html(PictureIndex pictures) {
    List<Markup> items = new ArrayList<>();
    int mean = firstMean;
    for (Group group : groups) {
      Markup figure = Markup.EMPTY;
      if (group.mean() != null) {
        figure =
            Markup.of(
                "<figure class=\"mean\" data-mean=\"{}\"><figcaption>mean"
                    + " map</figcaption></figure>\n",
                mean++);
      }
      items.add(item(group, figure, pictures));
    }
    return Markup.of("<ol class=\"groups\">\n{}</ol>\n", Markup.join(items));
  }

  private static Markup item(Group group, Markup figure, PictureIndex pictures) {
    return Markup.of(
        """
        <li class="group">
        <div class="group-head"><h3>{}</h3>{}</div>
        <p>{}</p>
        {}<ul class="members">
        {}</ul>
        </li>
        """,
        group.title(),
        Markup.of("<span class=\"score\">{}</span>", group.score()).when(!group.score().isEmpty()),
        group.sentence(),
        figure,
        Markup.join(group.members().stream().map(name -> member(name, pictures)).toList()));
  }

  private static Markup member(String name, PictureIndex pictures) {
    int number = pictures.number(name);
    return Markup.of(
        "<li{}>{}</li>\n",
        Markup.of(" data-picture=\"{}\"", number).when(number >= 0),
        pictures.linked(name));
  }
}
