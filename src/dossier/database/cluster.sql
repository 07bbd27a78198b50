CREATE ROLE dossier_owner LOGIN;

CREATE ROLE dossier_app LOGIN;

CREATE ROLE dossier_reader LOGIN;

CREATE DATABASE dossier OWNER dossier_owner;

