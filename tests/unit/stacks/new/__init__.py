"""What `new` finds in the files of an app, and the file that it makes of that."""
