"""What a shop on the wire imports first; a package only so that its module is not taken for another of that name."""
