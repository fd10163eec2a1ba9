"""What the editor is asked to do, by what it is about. The app's pages know these verbs by their names."""
