package dev.limelight.notebook;

/** The destination of outputs: a kernel, or standard output without one. */
interface Screen {

  /** Shows an output; with an id it can be updated later. */
  void display(Rendering rendering, String id);

  /** Updates an output. */
  void update(Rendering rendering, String id);

  /** Prints text to standard output, for programs outside a notebook. */
  final class Plain implements Screen {
    @Override
    public void display(Rendering rendering, String id) {
      System.out.println(rendering.text());
    }

    @Override
    public void update(Rendering rendering, String id) {
      System.out.println(rendering.text());
    }
  }
}
