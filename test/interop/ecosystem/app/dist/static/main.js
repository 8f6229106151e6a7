document.title = "Ecosystem";
